import numpy as np


def denoise(x, points, levels):
    """From noise to a point, step by step.

    x: the noisy point to begin with, shape (numbers,)
    points: the points that there are, shape (points, numbers)
    levels: the size of the noise, before the first step and after each, falling, shape (steps + 1,)
    returns: x after the last step, shape (numbers,)
    """
    for step in range(len(levels) - 1):
        sigma, after = levels[step], levels[step + 1]  # the noise before this step, and after it
        guess = ...  # the best guess at this noise
        x = ...
    return x
