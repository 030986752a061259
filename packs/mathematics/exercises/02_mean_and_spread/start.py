import numpy as np


def mean_and_spread(p, prizes):
    """The mean and the spread of a distribution.

    p: shape (colours,), sums to 1
    prizes: shape (colours,)
    returns: mean, spread
    """
    mean = ...
    spread = ...
    return mean, spread
