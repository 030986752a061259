import numpy as np


def draw(p, u):
    """The token that each random number decides for.

    p: the probability of each token, shape (tokens,), which sums to 1
    u: random numbers from 0 to below 1, shape (draws,)
    returns: a token number for each of u, shape (draws,)
    """
    sums = ...
    return ...
