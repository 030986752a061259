import numpy as np


def convolution(x, w, b, stride):
    k = len(w)
    rows, columns = (x.shape[0] - k) // stride + 1, (x.shape[1] - k) // stride + 1
    y = np.zeros((rows, columns, len(b)))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            patch = x[top : top + k, left : left + k]
            y[i, j] = np.tensordot(patch, w, axes=3) + b
    return y
