import numpy as np


def top_k(z, temperature, k):
    e = np.exp((z - z.max()) / temperature)
    kept = np.argsort(-z)[:k]
    q = np.zeros(len(z))
    q[kept] = e[kept]
    return q / q.sum()
