import math

import numpy as np


def attention(q, k, v):
    weights, o = np.zeros((len(q), len(k))), np.zeros(v.shape)
    for t, query in enumerate(q):
        scores = [sum(query * key) / math.sqrt(len(query)) for key in k[: t + 1]]
        powers = [math.exp(score - max(scores)) for score in scores]
        for j, power in enumerate(powers):
            weights[t, j] = power / sum(powers)
            o[t] += weights[t, j] * v[j]
    return weights, o
