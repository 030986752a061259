import numpy as np


def fewest_flips(drawing, w, b):
    z = drawing @ w + b
    towards = np.where(drawing > 0, -w, w) * (-1 if z > 0 else 1)
    moved = 0
    for count, step in enumerate(np.sort(towards)[::-1], start=1):
        moved += step
        if (z + moved > 0) if z <= 0 else (z - moved <= 0):
            return count
    return 0
