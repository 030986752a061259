import numpy as np


def sides(points, w, b):
    """The side of the line on which each point lies.

    points: x1 and x2 of each, shape (points, 2)
    w, b: the weights, shape (2,), and the bias, a number
    returns: side, shape (points,): 1, -1, or 0 on the line
    """
    z = ...  # the sum for each point, shape (points,)
    return ...
