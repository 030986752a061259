import numpy as np


def sides(points, w, b):
    found = []
    for x1, x2 in points:
        z = w[0] * x1 + w[1] * x2 + b
        found.append(1 if z > 0 else -1 if z < 0 else 0)
    return np.array(found)
