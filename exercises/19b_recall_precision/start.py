import numpy as np


def recall_precision(counts):
    """Recall and precision of each class.

    counts: confusion matrix, shape (classes, classes); a row is a true class
    returns: recall and precision, each of shape (classes,)
    """
    right = ...  # of each class
    members, called = ..., ...  # how many are of each class, how many were called it
    recall = ...
    precision = ...
    return recall, precision
