import numpy as np


def numerical_gradient(f, x, h):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        up = x.copy()
        down = x.copy()
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient
