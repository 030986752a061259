import numpy as np


def average_pooling_backward(dy, h, w, k, stride):
    rows, columns, channels = dy.shape
    dx = np.zeros((h, w, channels))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            dx[top : top + k, left : left + k] += dy[i, j] / k**2
    return dx
