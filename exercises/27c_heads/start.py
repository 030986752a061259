import numpy as np


def multi_head(q, k, v, heads):
    """Attention with several heads, without a mask.

    q, k, v: the queries, keys and values of all heads side by side, each of shape (time, width)
    heads: how many heads there are; each has width / heads columns, the first head the first ones
    returns: o, shape (time, width), with the heads side by side again
    """
    time, width = q.shape
    size = ...  # how many columns a head has
    ...
    return ...
