import numpy as np


def attention_backward(do, q, k, v, weights):
    """The gradients of attention with one head.

    do: the gradient of the loss by the output o, shape (time, d)
    q, k, v: queries, keys and values, each of shape (time, d)
    weights: the weights of the forward pass, shape (time, time), a row for each asking place
    returns: dq, dk, dv, each of shape (time, d)
    """
    dv = ...
    dweights = ...
    dscores = ...  # by q · k / √d
    dq = ...
    dk = ...
    return dq, dk, dv
