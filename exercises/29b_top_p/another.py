import numpy as np


def top_p(p, share):
    kept = np.zeros(len(p))
    reached = 0.0
    for token in sorted(range(len(p)), key=lambda token: -p[token]):
        if reached >= share:
            break
        kept[token] = p[token]
        reached += p[token]
    return kept / reached
