import numpy as np


def sigmoid(z):
    """The sigmoid of each number.

    z: sums of any size, shape (numbers,)
    returns: p, shape (numbers,), from 0 to 1
    """
    return ...
