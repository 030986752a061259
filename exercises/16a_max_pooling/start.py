import numpy as np


def max_pooling(x, k, stride):
    """The largest number of each window, padding valid.

    x: picture, shape (h, w, channels)
    k: side of the window
    stride: pixels from one place to the next
    returns: y, shape (rows, columns, channels)
    """
    rows, columns = ..., ...  # how many places the window has
    y = ...
    return y
