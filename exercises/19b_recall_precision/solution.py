import numpy as np


def recall_precision(counts):
    right = np.diag(counts)
    members, called = counts.sum(axis=1), counts.sum(axis=0)
    recall = right / np.maximum(members, 1)
    precision = right / np.maximum(called, 1)
    return recall, precision
