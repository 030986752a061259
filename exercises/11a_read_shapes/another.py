import numpy as np


def read_shapes(text):
    table = np.array(text.split(), dtype=np.float64).reshape(-1, 30)
    x, y = np.hsplit(table, [25])
    return x, y.astype(int)
