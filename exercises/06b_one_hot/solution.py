import numpy as np


def one_hot(labels, classes):
    Y = np.zeros((len(labels), classes))
    for row, label in enumerate(labels):
        Y[row, label] = 1
    return Y
