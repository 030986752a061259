import numpy as np


def numerical_gradient(f, x, h):
    steps = h * np.eye(x.size)
    return np.array([f(x + step) - f(x - step) for step in steps]) / (2 * h)
