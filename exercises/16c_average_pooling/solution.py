import numpy as np


def average_pooling(x, k, stride):
    rows, columns = (x.shape[0] - k) // stride + 1, (x.shape[1] - k) // stride + 1
    y = np.zeros((rows, columns, x.shape[2]))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = x[top : top + k, left : left + k]
            y[i, j] = window.sum(axis=(0, 1)) / k**2
    return y
