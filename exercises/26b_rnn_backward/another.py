import numpy as np


def rnn_backward(dh, x, h, U):
    time, units = h.shape
    dz = np.zeros((time + 1, units))
    for t in range(time - 1, -1, -1):
        for j in range(units):
            back = dh[t, j] + sum(U[j, i] * dz[t + 1, i] for i in range(units))
            dz[t, j] = back * (1 - h[t, j] * h[t, j])
    dz = dz[:-1]
    return x.T @ dz, h[:-1].T @ dz[1:], dz.sum(axis=0)
