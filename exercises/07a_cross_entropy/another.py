import numpy as np


def cross_entropy(p, labels):
    y = np.eye(p.shape[1])[labels]
    return -np.sum(y * np.log(p + 1e-9)) / p.shape[0]
