import numpy as np


def analogy(table, a, b, c):
    target = table[b] - table[a] + table[c]
    distances = np.sqrt(((table - target) ** 2).sum(axis=1))
    distances[[a, b, c]] = np.inf
    return target, distances.argmin()
