import numpy as np


def attention_backward(do, q, k, v, weights):
    root = np.sqrt(q.shape[1])
    dv = weights.T @ do
    dweights = do @ v.T
    dscores = weights * (dweights - (weights * dweights).sum(axis=1, keepdims=True))
    dq = dscores @ k / root
    dk = dscores.T @ q / root
    return dq, dk, dv
