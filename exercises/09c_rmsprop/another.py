import math

import numpy as np


def rmsprop_step(w, s, g, rate):
    moved, averages = [], []
    for weight, average, slope in zip(w, s, g, strict=True):
        average += 0.1 * (slope * slope - average)
        moved.append(weight - rate / math.sqrt(average + 1e-7) * slope)
        averages.append(average)
    return np.array(moved), np.array(averages)
