import math

import numpy as np


def split(x, share):
    rows, columns = x.shape
    first = math.floor(rows * (1 - share))
    scaled = np.zeros(x.shape)
    for j in range(columns):
        seen = x[:first, j]
        mean = sum(seen) / first
        variance = sum((value - mean) ** 2 for value in seen) / first
        scaled[:, j] = (x[:, j] - mean) / math.sqrt(variance)
    return scaled[:first], scaled[first:]
