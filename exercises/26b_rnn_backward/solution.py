import numpy as np


def rnn_backward(dh, x, h, U):
    dW, dU, db = np.zeros((x.shape[1], len(U))), np.zeros(U.shape), np.zeros(len(U))
    later = np.zeros(len(U))
    for t in reversed(range(len(x))):
        dz = (dh[t] + later) * (1 - h[t] ** 2)
        before = h[t - 1] if t > 0 else np.zeros(len(U))
        dW += np.outer(x[t], dz)
        dU += np.outer(before, dz)
        db += dz
        later = dz @ U.T
    return dW, dU, db
