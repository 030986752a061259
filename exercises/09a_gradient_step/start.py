import numpy as np


def gradient_step(w, g, rate):
    """The weights after one step of gradient descent.

    w: weights, shape (weights,)
    g: the gradient, the slope of the loss by each weight, shape (weights,)
    rate: the learning rate η, one number
    returns: the new w, shape (weights,)
    """
    step = ...  # how far each weight moves, with its sign
    return ...
