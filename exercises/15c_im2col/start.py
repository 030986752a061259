import numpy as np


def im2col(x, k):
    """All patches of a picture, a row each.

    x: picture, shape (h, w, channels)
    k: side of the window; it moves by 1
    returns: cols, shape (places, k·k·channels)
    """
    cols = ...
    return cols
