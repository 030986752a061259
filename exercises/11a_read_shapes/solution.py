import numpy as np


def read_shapes(text):
    rows = []
    for line in text.splitlines():
        rows.append([float(value) for value in line.split()])
    table = np.array(rows)
    return table[:, :25], table[:, 25:]
