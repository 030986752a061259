import numpy as np


def mean_and_spread(p, prizes):
    mean = np.sum(p * prizes)
    off = prizes - mean
    variance = np.sum(p * off**2)
    spread = np.sqrt(variance)
    return mean, spread
