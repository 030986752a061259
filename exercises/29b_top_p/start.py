import numpy as np


def top_p(p, share):
    """The probability of each token, with only the nucleus kept.

    p: probabilities, shape (tokens,), which sum to 1
    share: what the kept ones must sum to at least, from 0 to 1
    returns: q, shape (tokens,)
    """
    order = ...  # the tokens, the likeliest first
    sums = ...  # of their probabilities, one after the other
    return ...
