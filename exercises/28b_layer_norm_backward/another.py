import numpy as np


def layer_norm_backward(dy, x, gamma, epsilon):
    dx, dgamma, dbeta = np.empty(x.shape), np.zeros(len(gamma)), np.zeros(len(gamma))
    width = x.shape[1]
    for t, place in enumerate(x):
        centred = place - sum(place) / width
        deviation = (centred @ centred / width + epsilon) ** 0.5
        slopes = (np.eye(width) - 1 / width) / deviation - np.outer(centred, centred) / width / deviation**3
        dx[t] = slopes @ (gamma * dy[t])
        dgamma += dy[t] * centred / deviation
        dbeta += dy[t]
    return dx, dgamma, dbeta
