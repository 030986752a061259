import math

import numpy as np


def softmax(z):
    p = np.zeros(z.shape)
    for i, row in enumerate(z):
        largest = max(row)
        powers = [math.exp(logit - largest) for logit in row]
        for j, power in enumerate(powers):
            p[i, j] = power / sum(powers)
    return p
