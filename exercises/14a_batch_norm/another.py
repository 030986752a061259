import numpy as np


def batch_norm(x, gamma, beta, epsilon):
    y = np.empty(x.shape)
    rows, units = x.shape
    for j in range(units):
        column = [x[i, j] for i in range(rows)]
        mean = sum(column) / rows
        variance = sum((number - mean) ** 2 for number in column) / rows
        for i in range(rows):
            y[i, j] = gamma[j] * (x[i, j] - mean) / (variance + epsilon) ** 0.5 + beta[j]
    return y
