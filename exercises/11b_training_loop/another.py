import math

import numpy as np


def train(x, y, rate, epochs, batch):
    W, b, losses = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1]), np.zeros(epochs)
    cuts = list(range(batch, len(x), batch))
    for epoch in range(epochs):
        for rows, labels in zip(np.split(x, cuts), np.split(y, cuts), strict=True):
            dW, db = np.zeros(W.shape), np.zeros(b.shape)
            for row, label in zip(rows, labels, strict=True):
                z = row @ W + b
                shares = np.exp(z) / np.exp(z).sum()
                losses[epoch] += -math.log(shares @ label) / len(x)
                dW += np.outer(row, shares - label) / len(rows)
                db += (shares - label) / len(rows)
            W -= rate * dW
            b -= rate * db
    return W, b, losses
