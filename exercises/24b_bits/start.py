import numpy as np


def bits(p, tokens):
    """How many bits a text costs for each of its pairs, on average.

    p: the probability of each token after each token, shape (kinds, kinds); row i is what follows after token i
    tokens: a text as token numbers, shape (length,)
    returns: one number
    """
    chosen = ...  # the p of each pair of neighbours
    return ...
