import numpy as np


def dropout(h, u, rate, training):
    """The outputs of a layer after dropout.

    h: the outputs of the layer, shape (rows, units)
    u: a random number from 0 to below 1 for each of them, shape (rows, units)
    rate: the probability that a unit falls, from 0 to below 1
    training: True in training, False in evaluation
    returns: the outputs after dropout, shape (rows, units)
    """
    mask = ...  # 0 for a unit that falls, 1 / (1 − rate) for one that stays
    return ...
