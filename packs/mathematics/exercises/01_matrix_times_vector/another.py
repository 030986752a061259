import numpy as np


def moved(A, v):
    new = []
    for row in A:
        new.append(np.dot(row, v))
    return np.array(new)
