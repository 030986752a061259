import numpy as np


def max_pooling_backward(dy, x, k, stride):
    dx = np.zeros(x.shape)
    for i, j, c in np.ndindex(dy.shape):
        top, left = i * stride, j * stride
        window = x[top : top + k, left : left + k, c]
        share = np.zeros((k, k))
        share[np.unravel_index(window.argmax(), (k, k))] = 1
        dx[top : top + k, left : left + k, c] += share * dy[i, j, c]
    return dx
