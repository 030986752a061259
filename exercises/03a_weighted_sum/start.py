import numpy as np


def weighted_sum(x, w, b):
    """The sum z of a neuron, before its activation.

    x: inputs, shape (inputs,)
    w: weights, shape (inputs,)
    b: the bias, a number
    returns: z, a number
    """
    products = ...  # each input times its weight, shape (inputs,)
    return ...
