import numpy as np


def flatten(drawing):
    """The pixels of a drawing, row by row from the top.

    drawing: 1 where a pixel is on, shape (5, 5)
    returns: pixels, shape (25,)
    """
    pixels = np.zeros(25)
    for row in range(5):
        for column in range(5):
            place = ...  # where this pixel goes among the 25
            pixels[place] = drawing[row, column]
    return ...
