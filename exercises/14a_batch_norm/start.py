import numpy as np


def batch_norm(x, gamma, beta, epsilon):
    """Batch normalization with the statistics of this batch.

    x: inputs, shape (rows, units)
    gamma, beta: scale and shift of each unit, shape (units,)
    epsilon: a small number, added under the root
    returns: y, shape (rows, units)
    """
    mean = ...  # of each unit
    variance = ...  # of each unit
    x_hat = ...
    return ...
