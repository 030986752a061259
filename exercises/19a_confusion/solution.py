import numpy as np


def confusion(truth, said, classes):
    counts = np.zeros((classes, classes))
    for t, s in zip(truth, said):
        counts[t, s] += 1
    return counts
