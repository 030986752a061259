import numpy as np


def clip_norm(g, c):
    """The gradient, scaled down to the length c if it is longer.

    g: the gradient of a kernel, shape (inputs, units)
    c: the largest length allowed, one number above 0
    returns: the clipped gradient, shape (inputs, units)
    """
    norm = ...  # the length of g: one number
    return ...
