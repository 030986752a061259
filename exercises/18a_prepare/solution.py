import numpy as np


def prepare(images):
    scaled = images / 255
    inverted = 1 - scaled
    return inverted[..., np.newaxis]
