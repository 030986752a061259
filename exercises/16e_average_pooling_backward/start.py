import numpy as np


def average_pooling_backward(dy, h, w, k, stride):
    """The gradient of average pooling by its input, padding valid.

    dy: gradient of the loss by the result, shape (rows, columns, channels)
    h, w: rows and columns of the picture
    k: side of the window
    stride: pixels from one place to the next
    returns: dx, shape (h, w, channels)
    """
    dx = ...
    return dx
