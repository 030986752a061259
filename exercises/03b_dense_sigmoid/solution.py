import numpy as np


def dense_sigmoid(X, W, b):
    Z = X @ W + b
    return 1 / (1 + np.exp(-Z))
