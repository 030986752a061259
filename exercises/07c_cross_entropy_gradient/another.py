import numpy as np


def cross_entropy_gradient(z, labels):
    dz = np.zeros(z.shape)
    for i in range(z.shape[0]):
        powers = np.exp(z[i] - np.max(z[i]))
        dz[i] = powers / np.sum(powers)
        dz[i, labels[i]] -= 1
    return dz / z.shape[0]
