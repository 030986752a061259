import numpy as np


def lstm_step(x, h, c, W, U, b):
    zi, zf, zg, zo = np.split(x @ W + h @ U + b, 4)
    i, f, o = (1 / (1 + np.exp(-z)) for z in (zi, zf, zo))
    g = np.tanh(zg)
    new_c = f * c + i * g
    return o * np.tanh(new_c), new_c
