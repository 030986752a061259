import numpy as np


def embedding(table, tokens, dy):
    """An embedding, and the gradient of its table.

    table: a row of numbers for each kind of token, shape (kinds, width)
    tokens: a text as token numbers, shape (time,)
    dy: the gradient of the loss by what is read, shape (time, width)
    returns: y, shape (time, width); dtable, shape (kinds, width)
    """
    y = ...
    dtable = ...
    return y, dtable
