import numpy as np


def momentum_step(w, v, g, rate, momentum):
    """The weights and the velocity after one step with momentum.

    w: weights, shape (weights,)
    v: the velocity from the step before, shape (weights,)
    g: the gradient at w, shape (weights,)
    rate: the learning rate η, one number
    momentum: the part μ of the old velocity that is kept, one number
    returns: the new w and the new v, each of shape (weights,)
    """
    velocity = ...
    return ..., velocity
