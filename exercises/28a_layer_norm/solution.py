import numpy as np


def layer_norm(x, gamma, beta, epsilon):
    mean = x.mean(axis=1, keepdims=True)
    variance = x.var(axis=1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta
