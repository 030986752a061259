import numpy as np


def flatten(drawing):
    pixels = np.zeros(25)
    for row in range(5):
        for column in range(5):
            place = 5 * row + column
            pixels[place] = drawing[row, column]
    return pixels
