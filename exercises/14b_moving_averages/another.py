import numpy as np


def moving_averages(moving_mean, moving_variance, x, momentum):
    step = 1 - momentum
    new_mean = moving_mean + step * (x.mean(0) - moving_mean)
    return new_mean, moving_variance + step * (np.var(x, axis=0) - moving_variance)
