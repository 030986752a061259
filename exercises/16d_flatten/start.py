import numpy as np


def flatten(x):
    """Each picture as a row.

    x: pictures, shape (batch, h, w, c)
    returns: shape (batch, h·w·c), in reading order
    """
    batch, h, w, c = x.shape
    return ...
