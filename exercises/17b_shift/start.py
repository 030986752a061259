import numpy as np


def shift(x, down, right):
    """The drawing, moved.

    x: drawing, shape (h, w)
    down, right: pixels, −1, 0 or 1
    returns: y, shape (h, w)
    """
    y = ...
    return y
