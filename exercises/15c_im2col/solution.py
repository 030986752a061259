import numpy as np


def im2col(x, k):
    down, across = (n - k + 1 for n in x.shape[:2])
    cols = []
    for i in range(down):
        for j in range(across):
            cols.append(x[i : i + k, j : j + k].reshape(-1))
    return np.array(cols)
