import numpy as np


def max_pooling_backward(dy, x, k, stride):
    """The gradient of max pooling by its input, padding valid.

    dy: gradient of the loss by the result, shape (rows, columns, channels)
    x: picture, shape (h, w, channels)
    k: side of the window
    stride: pixels from one place to the next
    returns: dx, shape (h, w, channels)
    """
    dx = ...
    return dx
