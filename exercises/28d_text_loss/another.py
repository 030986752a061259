import math

import numpy as np


def text_loss(p, labels):
    costs = [-math.log(row[label]) for row, label in zip(p, labels) if label != -1]
    return np.sum(costs) / len(costs) if costs else np.nan
