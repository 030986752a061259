import numpy as np


def recall_precision(counts):
    recall, precision = [], []
    for c in range(len(counts)):
        members, called = sum(counts[c, :]), sum(counts[:, c])
        recall.append(counts[c, c] / members if members else 0.0)
        precision.append(counts[c, c] / called if called else 0.0)
    return np.array(recall), np.array(precision)
