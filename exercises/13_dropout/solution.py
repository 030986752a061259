import numpy as np


def dropout(h, u, rate, training):
    if not training:
        return h
    mask = np.where(u < rate, 0, 1 / (1 - rate))
    return h * mask
