import numpy as np


def fewest_flips(drawing, w, b):
    """The fewest pixels to flip until the answer is another one.

    drawing: 1 where a pixel is on, shape (pixels,)
    w: shape (pixels,)
    b: a number; the answer is yes where w · drawing + b > 0
    returns: a whole number; 0 if every drawing has the same answer
    """
    every = (np.arange(2 ** len(drawing))[:, None] >> np.arange(len(drawing))) & 1  # shape (drawings, pixels)
    answers = ...  # yes or no for each
    apart = ...  # how many pixels of each differ from drawing
    return ...
