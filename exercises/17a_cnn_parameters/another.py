import math

import numpy as np


def cnn_parameters(side, channels, filters, k, classes):
    half = math.ceil(side / 2)
    shapes = [(k, k, channels, filters), (filters,), (half * half * filters, classes), (classes,)]
    return sum(np.prod(shape) for shape in shapes)
