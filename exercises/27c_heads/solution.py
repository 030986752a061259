import numpy as np


def multi_head(q, k, v, heads):
    time, width = q.shape
    size = width // heads
    q, k, v = (part.reshape(time, heads, size).transpose(1, 0, 2) for part in (q, k, v))
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(size)
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = e / e.sum(axis=2, keepdims=True)
    mixed = weights @ v
    return mixed.transpose(1, 0, 2).reshape(time, width)
