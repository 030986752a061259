import numpy as np


def read_shapes(text):
    """The drawings and their labels from the text of a file of shapes.

    text: the whole file, a line for each drawing: 25 pixels, then the 5 numbers of the label
    returns: the pixels x, shape (rows, 25), and the one-hot labels y, shape (rows, 5)
    """
    table = ...  # all numbers, shape (rows, 30)
    return ..., ...
