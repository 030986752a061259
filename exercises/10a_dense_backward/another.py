import numpy as np


def dense_backward(dZ, X, W):
    dW, db, dX = np.zeros(W.shape), np.zeros(W.shape[1]), np.zeros(X.shape)
    for row in range(len(X)):
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                dW[i, j] += X[row, i] * dZ[row, j]
                dX[row, i] += W[i, j] * dZ[row, j]
        db += dZ[row]
    return dW, db, dX
