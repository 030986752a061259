import numpy as np


def block(x, norm1, attention, norm2, mlp):
    """One block of a GPT.

    x: a vector for each place, shape (time, width)
    norm1, attention, norm2, mlp: functions from (time, width) to (time, width)
    returns: y, shape (time, width)
    """
    h = ...  # after attention
    return ...
