import math

import numpy as np


def rnn(x, W, U, b):
    time, units = len(x), len(b)
    h = np.zeros((time + 1, units))
    for t in range(time):
        for j in range(units):
            z = b[j]
            for i in range(x.shape[1]):
                z += x[t, i] * W[i, j]
            for i in range(units):
                z += h[t, i] * U[i, j]
            h[t + 1, j] = math.tanh(z)
    return h[1:]
