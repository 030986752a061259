import numpy as np


def two_layer_backward(X, Y, W1, b1, W2, b2):
    """The gradients of the mean cross-entropy of a network with a sigmoid layer and a softmax layer.

    X: inputs, shape (rows, inputs)
    Y: one-hot labels, shape (rows, classes)
    W1, b1: of the hidden layer, shapes (inputs, hidden) and (hidden,)
    W2, b2: of the softmax layer, shapes (hidden, classes) and (classes,)
    returns: dW1, db1, dW2, db2, each in the shape of what it belongs to
    """
    A1 = 1 / (1 + np.exp(-(X @ W1 + b1)))
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)

    dZ2 = ...  # the gradient of the mean loss by the logits, shape (rows, classes)
    dW2, db2 = ..., ...
    dZ1 = ...  # by the sums of the hidden layer, shape (rows, hidden)
    dW1, db1 = ..., ...
    return dW1, db1, dW2, db2
