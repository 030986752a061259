import numpy as np


def one_hot(labels, classes):
    """A one-hot row for each label.

    labels: class numbers from 0, shape (rows,)
    classes: how many classes there are, a number
    returns: Y, shape (rows, classes)
    """
    Y = ...  # as many rows as labels, as many columns as classes
    return ...
