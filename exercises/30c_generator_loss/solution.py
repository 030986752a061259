import numpy as np


def generator_loss(z):
    p = 1 / (1 + np.exp(-z))
    loss = np.logaddexp(0, -z).mean()
    return loss, (p - 1) / len(z)
