import numpy as np


def points_right(points, labels, w, b):
    z = points @ w + b
    right = np.where(labels == 1, z > 0, z < 0)
    return right.sum()
