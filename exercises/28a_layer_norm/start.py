import numpy as np


def layer_norm(x, gamma, beta, epsilon):
    """Layer normalization of a text.

    x: a vector for each place, shape (time, width)
    gamma, beta: scale and shift of each number of a vector, shape (width,)
    epsilon: a small number, added under the root
    returns: y, shape (time, width)
    """
    mean = ...  # of each place
    variance = ...  # of each place
    x_hat = ...
    return ...
