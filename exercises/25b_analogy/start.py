import numpy as np


def analogy(table, a, b, c):
    """What is to c as b is to a, in an embedding.

    table: a row of numbers for each token, shape (tokens, width)
    a, b, c: three token numbers
    returns: target, shape (width,), and the number of the token nearest to it that is none of the three
    """
    target = ...
    distances = ...  # of each token from the target
    return target, ...
