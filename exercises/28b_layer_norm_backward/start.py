import numpy as np


def layer_norm_backward(dy, x, gamma, epsilon):
    """The gradients of layer normalization.

    dy: gradient of the loss by y, shape (time, width)
    x: a vector for each place, shape (time, width)
    gamma: scale of each number of a vector, shape (width,)
    epsilon: a small number, added under the root
    returns: dx, shape (time, width); dgamma and dbeta, shape (width,)
    """
    x_hat = ...  # as in the forward pass
    dgamma, dbeta = ..., ...
    g = ...  # gradient by x_hat
    dx = ...
    return dx, dgamma, dbeta
