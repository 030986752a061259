import numpy as np


def draw(p, u):
    sums = np.cumsum(p)
    return np.searchsorted(sums, u, side="right")
