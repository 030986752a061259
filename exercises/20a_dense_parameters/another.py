import numpy as np


def dense_parameters(inputs, units):
    widths = np.array([inputs, *units])
    return int((widths[:-1] + 1) @ widths[1:])
