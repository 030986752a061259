import numpy as np


def confusion(truth, said, classes):
    """How many rows of each class were called each class.

    truth: true classes, numbers from 0, shape (rows,)
    said: the network's answers, numbers from 0, shape (rows,)
    classes: how many classes there are
    returns: counts, shape (classes, classes); a row is a true class
    """
    counts = ...
    return counts
