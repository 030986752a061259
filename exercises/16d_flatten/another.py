import numpy as np


def flatten(x):
    rows = []
    for picture in x:
        rows.append([number for row in picture for pixel in row for number in pixel])
    return np.array(rows)
