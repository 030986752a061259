import numpy as np


def cosines(query, keys):
    """The cosine of the angle between the query and each key.

    query: shape (numbers,)
    keys: shape (keys, numbers)
    returns: cosines, shape (keys,), from -1 to 1
    """
    scores = ...  # the dot products, shape (keys,)
    query_length = ...
    key_lengths = ...  # shape (keys,)
    return ...
