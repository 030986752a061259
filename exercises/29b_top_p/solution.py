import numpy as np


def top_p(p, share):
    order = np.argsort(-p)
    sums = np.cumsum(p[order])
    count = np.sum(sums < share) + 1
    q = np.zeros(len(p))
    q[order[:count]] = p[order[:count]]
    return q / q.sum()
