import numpy as np


def analogy(table, a, b, c):
    target = np.array([table[c, i] + table[b, i] - table[a, i] for i in range(table.shape[1])])
    others = [row for row in range(len(table)) if row not in (a, b, c)]
    return target, min(others, key=lambda row: sum((table[row] - target) ** 2))
