import numpy as np


def cosines(query, keys):
    scores = keys @ query
    query_length = np.sqrt((query**2).sum())
    key_lengths = np.sqrt((keys**2).sum(axis=1))
    return scores / (query_length * key_lengths)
