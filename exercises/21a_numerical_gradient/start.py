import numpy as np


def numerical_gradient(f, x, h):
    """The gradient of f at x, by central differences.

    f: a function of an array like x, which returns a number
    x: where to measure, shape (numbers,)
    h: how far to move each number
    returns: gradient, shape (numbers,)
    """
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        gradient[i] = ...
    return gradient
