import numpy as np


def relative_difference(a, b):
    """How far two gradients are apart at each place, measured by their size.

    a, b: gradients, shape (numbers,)
    returns: relative, shape (numbers,); 0 where both are 0
    """
    difference = ...  # shape (numbers,)
    larger = ...  # the larger of the two sizes, shape (numbers,)
    return ...
