import numpy as np


def layer_norm(x, gamma, beta, epsilon):
    y = np.empty(x.shape)
    for t, place in enumerate(x):
        mean = sum(place) / len(place)
        variance = sum((number - mean) ** 2 for number in place) / len(place)
        for j, number in enumerate(place):
            y[t, j] = gamma[j] * (number - mean) / (variance + epsilon) ** 0.5 + beta[j]
    return y
