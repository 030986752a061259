import numpy as np


def batch_norm_backward(dy, x, gamma, epsilon):
    rows = len(x)
    mean = np.sum(x, axis=0) / rows
    centred = x - mean
    variance = np.sum(centred**2, axis=0) / rows
    x_hat = centred / np.sqrt(variance + epsilon)
    g = dy * gamma
    dvariance = np.sum(g * centred, axis=0) * -0.5 * (variance + epsilon) ** -1.5
    dmean = -np.sum(g, axis=0) / np.sqrt(variance + epsilon)
    dx = g / np.sqrt(variance + epsilon) + dvariance * 2 * centred / rows + dmean / rows
    return dx, np.einsum("nu,nu->u", dy, x_hat), np.ones(rows) @ dy
