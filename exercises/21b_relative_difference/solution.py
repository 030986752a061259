import numpy as np


def relative_difference(a, b):
    difference = np.abs(a - b)
    larger = np.maximum(np.abs(a), np.abs(b))
    return difference / np.where(larger == 0, 1, larger)
