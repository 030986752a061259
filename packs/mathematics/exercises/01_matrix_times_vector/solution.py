import numpy as np


def moved(A, v):
    products = np.multiply(A, v)
    return products.sum(axis=1)
