import numpy as np


def relative_difference(a, b):
    relative = np.zeros(len(a))
    for i in range(len(a)):
        if a[i] != b[i]:
            relative[i] = abs(a[i] - b[i]) / max(abs(a[i]), abs(b[i]))
    return relative
