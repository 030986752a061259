import numpy as np


def windows(tokens, length):
    """The rows that a network trains on to write on a text.

    tokens: a text as token numbers, shape (n·length + 1,)
    length: how many tokens the network sees
    returns: x and y, each of shape (n, length): what it sees, and what follows at each place
    """
    x = ...
    y = ...
    return x, y
