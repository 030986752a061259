import numpy as np


def shift(x, down, right):
    y = np.zeros_like(x)
    h, w = x.shape
    for i in range(h):
        for j in range(w):
            if 0 <= i - down < h and 0 <= j - right < w:
                y[i, j] = x[i - down, j - right]
    return y
