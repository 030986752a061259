import numpy as np


def unflatten(pixels):
    return np.stack([pixels[start : start + 5] for start in range(0, 25, 5)])
