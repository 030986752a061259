import numpy as np


def im2col(x, k):
    places = [(i, j) for i in range(x.shape[0] - k + 1) for j in range(x.shape[1] - k + 1)]
    return np.array([x[i : i + k, j : j + k].reshape(-1) for i, j in places])


def convolution_by_matrix(x, w, b):
    k, filters = len(w), len(b)
    rows, columns = x.shape[0] - k + 1, x.shape[1] - k + 1
    table = w.reshape(-1, filters)
    product = im2col(x, k) @ table + b
    return product.reshape(rows, columns, filters)
