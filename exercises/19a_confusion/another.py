import numpy as np


def confusion(truth, said, classes):
    return np.bincount(classes * truth + said, minlength=classes**2).reshape(classes, classes)
