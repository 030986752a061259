import numpy as np


def im2col(x, k):
    """Each patch as a row, shape (places, k·k·channels): row, column, channel."""
    places = [(i, j) for i in range(x.shape[0] - k + 1) for j in range(x.shape[1] - k + 1)]
    return np.array([x[i : i + k, j : j + k].reshape(-1) for i, j in places])


def convolution_by_matrix(x, w, b):
    """The feature maps of a picture, stride 1, padding valid.

    x: picture, shape (h, w, channels)
    w: kernels, shape (k, k, channels, filters)
    b: biases, shape (filters,)
    returns: y, shape (h − k + 1, w − k + 1, filters)
    """
    cols = im2col(x, len(w))
    table = ...  # the weights, a column for each filter
    product = ...  # a row for each place, with the biases
    return ...
