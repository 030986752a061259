import numpy as np


def points_right(points, labels, w, b):
    """How many points lie on the side that their label asks for.

    points: x1 and x2 of each, shape (points, 2)
    labels: 0 or 1 for each, shape (points,)
    w, b: the weights, shape (2,), and the bias, a number
    returns: count, a number
    """
    z = ...  # the sum for each point, shape (points,)
    right = ...  # whether each point is right, shape (points,)
    return ...
