import numpy as np


def rmsprop_step(w, s, g, rate, rho=0.9, epsilon=1e-7):
    """The weights and the mean squares after one step of RMSprop. It is called as rmsprop_step(w, s, g, rate).

    w: weights, shape (weights,)
    s: the running mean of the squared gradient from the step before, shape (weights,)
    g: the gradient at w, shape (weights,)
    rate: the learning rate η, one number
    rho: the part of the old mean that is kept
    epsilon: keeps the division from 0
    returns: the new w and the new s, each of shape (weights,)
    """
    mean_square = ...
    return ..., mean_square
