import numpy as np


def bigram(tokens, kinds, added):
    """The probability of each token after each token, by counting.

    tokens: a text as token numbers from 0 to kinds - 1, shape (length,)
    kinds: how many kinds of tokens there are, one number
    added: what is added to each count, one number above 0
    returns: p, shape (kinds, kinds); row i is what follows after token i
    """
    counts = ...  # how often each pair of neighbours is there, shape (kinds, kinds)
    return ...
