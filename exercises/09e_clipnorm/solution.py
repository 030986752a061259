import numpy as np


def clip_norm(g, c):
    norm = np.sqrt((g**2).sum())
    if norm > c:
        return g * c / norm
    return g
