import numpy as np


def scores(query, keys):
    """The dot product of the query with each key.

    query: shape (numbers,)
    keys: shape (keys, numbers)
    returns: scores, shape (keys,)
    """
    return ...
