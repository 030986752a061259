import numpy as np


def top_k(z, temperature, k):
    """The probability of each token, with a temperature, and only the k likeliest kept.

    z: logits, shape (tokens,)
    temperature: a number above 0 that divides the logits
    k: how many tokens are kept, from 1 to all
    returns: p, shape (tokens,)
    """
    kept = ...
    return ...
