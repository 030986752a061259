import numpy as np


def sigmoid(z):
    e = np.exp(-z)
    return 1 / (1 + e)
