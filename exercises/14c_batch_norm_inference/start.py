import numpy as np


def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon):
    """Batch normalization with the moving averages.

    x: inputs, shape (rows, units)
    gamma, beta: scale and shift of each unit, shape (units,)
    moving_mean, moving_variance: from training, shape (units,)
    epsilon: a small number, added under the root
    returns: y, shape (rows, units)
    """
    x_hat = ...
    return ...
