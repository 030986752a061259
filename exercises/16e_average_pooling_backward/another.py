import numpy as np


def average_pooling_backward(dy, h, w, k, stride):
    rows, columns, channels = dy.shape
    dx = np.zeros((h, w, channels))
    share = dy * (1 / (k * k))
    # One pixel of every window at a time: none of these places coincide.
    for p in range(k):
        for q in range(k):
            dx[p : p + (rows - 1) * stride + 1 : stride, q : q + (columns - 1) * stride + 1 : stride] += share
    return dx
