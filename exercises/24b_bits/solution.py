import numpy as np


def bits(p, tokens):
    chosen = p[tokens[:-1], tokens[1:]]
    return -np.log2(chosen).mean()
