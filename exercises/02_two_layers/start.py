import numpy as np


def two_layers(X, W1, b1, W2, b2):
    """The shares P of each row, by a network of two layers.

    X: inputs, shape (rows, inputs)
    W1, b1: weights and biases of the hidden layer, shapes (inputs, hidden) and (hidden,); then relu
    W2, b2: those of the output layer, shapes (hidden, classes) and (classes,); then softmax
    returns: P, shape (rows, classes); each row sums to 1
    """
    Z1 = ...  # the sums of the hidden units
    H = ...  # their outputs
    Z2 = ...  # the logits
    return ...
