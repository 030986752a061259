import numpy as np


def draw(p, u):
    tokens = []
    for number in u:
        token, total = 0, p[0]
        while total <= number:
            token += 1
            total += p[token]
        tokens.append(token)
    return np.array(tokens)
