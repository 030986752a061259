import math

import numpy as np


def layer(x, W, b):
    return [sum(x[i] * W[i, j] for i in range(len(x))) + b[j] for j in range(len(b))]


def two_layers(X, W1, b1, W2, b2):
    P = []
    for x in X:
        hidden = [max(0, z) for z in layer(x, W1, b1)]
        powers = [math.exp(z) for z in layer(hidden, W2, b2)]
        P.append([power / sum(powers) for power in powers])
    return np.array(P)
