import numpy as np


def one_hot(labels, classes):
    return labels[:, None] == np.arange(classes)
