import numpy as np


def batch_norm_backward(dy, x, gamma, epsilon):
    """The gradients of batch normalization in training.

    dy: gradient of the loss by y, shape (rows, units)
    x: inputs, shape (rows, units)
    gamma: scale of each unit, shape (units,)
    epsilon: a small number, added under the root
    returns: dx, shape (rows, units); dgamma and dbeta, shape (units,)
    """
    x_hat = ...  # as in the forward pass
    dgamma, dbeta = ..., ...
    g = ...  # gradient by x_hat
    dx = ...
    return dx, dgamma, dbeta
