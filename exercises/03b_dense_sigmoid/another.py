import math

import numpy as np


def dense_sigmoid(X, W, b):
    A = np.zeros((X.shape[0], W.shape[1]))
    for row in range(X.shape[0]):
        for unit in range(W.shape[1]):
            z = b[unit]
            for i in range(X.shape[1]):
                z = z + X[row, i] * W[i, unit]
            A[row, unit] = 1 / (1 + math.exp(-z))
    return A
