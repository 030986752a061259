import numpy as np


def convolution_backward(dy, x, w):
    k = len(w)
    dw, dx = np.zeros(w.shape), np.zeros(x.shape)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dw += x[i : i + k, j : j + k, :, None] * dy[i, j]
            dx[i : i + k, j : j + k] += w @ dy[i, j]
    return dw, dx
