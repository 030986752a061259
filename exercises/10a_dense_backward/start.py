import numpy as np


def dense_backward(dZ, X, W):
    """The gradients of a Dense layer Z = X·W + b by its weights, its biases and its inputs.

    dZ: the gradient of the loss by the sums Z, shape (rows, units)
    X: the inputs of the layer, shape (rows, inputs)
    W: its weights, shape (inputs, units)
    returns: dW, shape (inputs, units); db, shape (units,); dX, shape (rows, inputs)
    """
    dW = ...
    db = ...
    dX = ...
    return dW, db, dX
