import numpy as np


def clip_norm(g, c):
    return g * min(1.0, c / np.linalg.norm(g))
