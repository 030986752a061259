import numpy as np


def rnn(x, W, U, b):
    """The states of a recurrent layer, place by place.

    x: a row for each place, shape (time, width)
    W: the weights of the inputs, shape (width, units)
    U: the weights of the state before, shape (units, units)
    b: biases, shape (units,)
    returns: h, shape (time, units), a state for each place
    """
    h = ...  # the state before the first place
    ...
    return ...
