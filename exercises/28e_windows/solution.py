import numpy as np


def windows(tokens, length):
    x = np.reshape(tokens[:-1], (-1, length))
    y = np.reshape(tokens[1:], (-1, length))
    return x, y
