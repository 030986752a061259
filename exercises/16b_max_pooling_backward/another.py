import numpy as np


def max_pooling_backward(dy, x, k, stride):
    dx = np.zeros_like(x, dtype=float)
    rows, columns, channels = dy.shape
    for c in range(channels):
        for i in range(rows):
            for j in range(columns):
                best = None
                for p in range(i * stride, i * stride + k):
                    for q in range(j * stride, j * stride + k):
                        if best is None or x[p, q, c] > x[best[0], best[1], c]:
                            best = (p, q)
                dx[best[0], best[1], c] += dy[i, j, c]
    return dx
