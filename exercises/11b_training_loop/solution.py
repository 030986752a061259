import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def train(x, y, rate, epochs, batch):
    W, b = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1])
    losses = []
    for _ in range(epochs):
        total = 0.0
        for start in range(0, len(x), batch):
            rows, labels = x[start : start + batch], y[start : start + batch]
            p = softmax(rows @ W + b)
            total -= np.log(p[labels == 1]).sum()
            back = (p - labels) / len(rows)
            W = W - rate * rows.T @ back
            b = b - rate * back.sum(axis=0)
        losses.append(total / len(x))
    return W, b, np.array(losses)
