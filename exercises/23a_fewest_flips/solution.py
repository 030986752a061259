import numpy as np


def fewest_flips(drawing, w, b):
    every = (np.arange(2 ** len(drawing))[:, None] >> np.arange(len(drawing))) & 1
    answers = every @ w + b > 0
    here = drawing @ w + b > 0
    apart = (every != drawing).sum(axis=1)
    others = apart[answers != here]
    return others.min() if len(others) else 0
