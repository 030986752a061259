import numpy as np


def prepare(images):
    """Photographed digits as inputs of a network.

    images: bytes, 0 black to 255 white, shape (n, h, w)
    returns: floats, 0 paper to 1 ink, shape (n, h, w, 1)
    """
    scaled = ...
    return ...
