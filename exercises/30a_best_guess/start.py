import numpy as np


def best_guess(s, points, sigma):
    """The best guess of a point that noise was added to, and of that noise.

    s: the noisy point, shape (numbers,)
    points: the points that it may have been, shape (points, numbers)
    sigma: the size of the noise, one number
    returns: mean and noise, each of shape (numbers,)
    """
    weights = ...  # how likely each point is
    mean = ...
    noise = ...
    return mean, noise
