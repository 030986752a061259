import numpy as np


def sides(points, w, b):
    z = points @ w + b
    return np.sign(z)
