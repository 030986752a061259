import numpy as np


def relu(z):
    a = np.maximum(z, 0)
    slope = np.where(z > 0, 1.0, 0.0)
    return a, slope
