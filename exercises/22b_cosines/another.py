import math

import numpy as np


def cosines(query, keys):
    found = []
    for key in keys:
        dot = sum(q * k for q, k in zip(query, key, strict=True))
        found.append(dot / (math.hypot(*query) * math.hypot(*key)))
    return np.array(found)
