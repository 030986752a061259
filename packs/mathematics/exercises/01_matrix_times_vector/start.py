import numpy as np


def moved(A, v):
    """A times v.

    A: shape (rows, numbers)
    v: shape (numbers,)
    returns: moved, shape (rows,)
    """
    return ...
