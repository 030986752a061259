import math

import numpy as np


def two_layer_backward(X, Y, W1, b1, W2, b2):
    gradients = [np.zeros(each.shape) for each in (W1, b1, W2, b2)]
    for x, y in zip(X, Y, strict=True):
        a = np.array([1 / (1 + math.exp(-z)) for z in x @ W1 + b1])
        z = a @ W2 + b2
        p = np.exp(z - np.logaddexp.reduce(z))
        back = p - y
        hidden = (W2 @ back) * (a - a**2)
        for total, one in zip(gradients, (np.outer(x, hidden), hidden, np.outer(a, back), back), strict=True):
            total += one / len(X)
    return tuple(gradients)
