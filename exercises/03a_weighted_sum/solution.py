import numpy as np


def weighted_sum(x, w, b):
    products = x * w
    return np.sum(products) + b
