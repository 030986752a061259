import numpy as np


def relu(z):
    """relu of each number, and its slope there.

    z: sums, shape (numbers,)
    returns: the outputs a and the slopes, each of shape (numbers,)
    """
    a = ...
    slope = ...  # 0 at exactly 0
    return a, slope
