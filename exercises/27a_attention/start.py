import numpy as np


def attention(q, k, v):
    """Attention with one head and the causal mask.

    q, k, v: the query, the key and the value of each place, each of shape (time, d)
    returns: weights, shape (time, time), a row for each asking place; o, the output, shape (time, d)
    """
    masked = ...  # the score of each query with each key, and −∞ where the key is later
    weights = ...
    o = ...
    return weights, o
