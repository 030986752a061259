import numpy as np


def convolution_backward(dy, x, w):
    """The gradients of a convolution, stride 1, padding valid.

    dy: gradient of the loss by y, shape (h − k + 1, w − k + 1, filters)
    x: picture, shape (h, w, channels)
    w: kernels, shape (k, k, channels, filters)
    returns: dw, shape of w; dx, shape of x
    """
    dw = ...
    dx = ...
    return dw, dx
