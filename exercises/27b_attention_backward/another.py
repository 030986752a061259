import numpy as np


def attention_backward(do, q, k, v, weights):
    dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
    for t, w in enumerate(weights):
        slopes = np.diag(w) - np.outer(w, w)
        blame = slopes @ np.array([do[t] @ value for value in v]) / q.shape[1] ** 0.5
        for j in range(len(k)):
            dv[j] += w[j] * do[t]
            dq[t] += blame[j] * k[j]
            dk[j] += blame[j] * q[t]
    return dq, dk, dv
