import numpy as np


def sigmoid(z):
    p = np.zeros(z.shape)
    above = z >= 0
    p[above] = 1 / (1 + np.exp(-z[above]))
    small = np.exp(z[~above])
    p[~above] = small / (1 + small)
    return p
