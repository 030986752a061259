import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def train(x, y, rate, epochs, batch):
    """Train a softmax layer p = softmax(x·W + b) by gradient descent.

    x: inputs, shape (rows, features)
    y: one-hot labels, shape (rows, classes)
    rate: the learning rate, one number
    epochs: how often all rows are seen
    batch: the rows in a batch; the last one of an epoch takes what is left
    returns: W, shape (features, classes); b, shape (classes,); the mean loss of each epoch, shape (epochs,)
    """
    W, b = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1])
    losses = []
    for _ in range(epochs):
        ...  # for each batch: p, its losses, then one step of W and b
        losses.append(...)
    return W, b, np.array(losses)
