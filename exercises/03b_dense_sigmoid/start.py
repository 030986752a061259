import numpy as np


def dense_sigmoid(X, W, b):
    """The outputs A of a Dense layer with the sigmoid.

    X: a batch of inputs, shape (rows, inputs)
    W: weights, shape (inputs, units)
    b: biases, shape (units,)
    returns: A, shape (rows, units), between 0 and 1
    """
    Z = ...  # the weighted sums, shape (rows, units)
    return ...
