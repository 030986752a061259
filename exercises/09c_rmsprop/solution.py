import numpy as np


def rmsprop_step(w, s, g, rate, rho=0.9, epsilon=1e-7):
    mean_square = rho * s + (1 - rho) * g**2
    return w - rate * g / np.sqrt(mean_square + epsilon), mean_square
