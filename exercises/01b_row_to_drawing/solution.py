import numpy as np


def unflatten(pixels):
    drawing = np.zeros((5, 5))
    for place in range(25):
        row = place // 5
        column = place % 5
        drawing[row, column] = pixels[place]
    return drawing
