import numpy as np


def windows(tokens, length):
    x, y = [], []
    for start in range(0, len(tokens) - 1, length):
        x.append([tokens[start + place] for place in range(length)])
        y.append([tokens[start + place + 1] for place in range(length)])
    return np.array(x), np.array(y)
