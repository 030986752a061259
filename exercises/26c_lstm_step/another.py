import math

import numpy as np


def lstm_step(x, h, c, W, U, b):
    units = len(h)
    z = b + W.T @ x + U.T @ h
    new_h, new_c = np.empty(units), np.empty(units)
    for j in range(units):
        i, f, o = (1 / (1 + math.exp(-z[gate * units + j])) for gate in (0, 1, 3))
        new_c[j] = f * c[j] + i * math.tanh(z[2 * units + j])
        new_h[j] = o * math.tanh(new_c[j])
    return new_h, new_c
