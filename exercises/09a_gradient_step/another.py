import numpy as np


def gradient_step(w, g, rate):
    moved = [weight - rate * slope for weight, slope in zip(w, g, strict=True)]
    return np.array(moved)
