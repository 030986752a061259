from itertools import pairwise

import numpy as np


def bigram(tokens, kinds, added):
    p = np.full((kinds, kinds), float(added))
    for given, following in pairwise(tokens):
        p[given, following] += 1
    for given in range(kinds):
        p[given] /= sum(p[given])
    return p
