import numpy as np


def im2col(x, k):
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(0, 1))
    return np.moveaxis(windows, 2, -1).reshape(-1, k * k * x.shape[2])
