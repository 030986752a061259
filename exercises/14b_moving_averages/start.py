import numpy as np


def moving_averages(moving_mean, moving_variance, x, momentum):
    """The moving averages after one more batch.

    moving_mean, moving_variance: the averages so far, shape (units,)
    x: the batch, shape (rows, units)
    momentum: the part of the old average that stays
    returns: new_mean, new_variance, each of shape (units,)
    """
    mean = ...  # of the batch
    variance = ...  # of the batch
    new_mean, new_variance = ..., ...
    return new_mean, new_variance
