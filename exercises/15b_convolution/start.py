import numpy as np


def convolution(x, w, b, stride):
    """The feature maps of a picture, padding valid.

    x: picture, shape (h, w, channels)
    w: kernels, shape (k, k, channels, filters)
    b: biases, shape (filters,)
    stride: pixels from one place to the next
    returns: y, shape (rows, columns, filters)
    """
    rows, columns = ..., ...  # how many places the window has
    y = ...
    return y
