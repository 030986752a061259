import numpy as np


def unflatten(pixels):
    """The drawing whose rows stand one after the other in pixels.

    pixels: 1 where a pixel is on, shape (25,)
    returns: drawing, shape (5, 5)
    """
    drawing = np.zeros((5, 5))
    for place in range(25):
        row = ...  # the row that this pixel is in, from 0
        column = ...  # its column, from 0
        drawing[row, column] = pixels[place]
    return ...
