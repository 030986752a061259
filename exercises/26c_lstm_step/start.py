import numpy as np


def lstm_step(x, h, c, W, U, b):
    """One place of an LSTM.

    x: the input of this place, shape (width,)
    h, c: the state and the cell of the place before, shape (units,)
    W, U, b: weights and biases, shapes (width, 4·units), (units, 4·units) and (4·units,)
    returns: the new h and the new c, each of shape (units,)
    """
    z = ...
    i, f, g, o = ..., ..., ..., ...
    new_c = ...
    new_h = ...
    return new_h, new_c
