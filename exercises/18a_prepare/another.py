import numpy as np


def prepare(images):
    n, h, w = images.shape
    return ((255 - images).astype(np.float32) / 255.0).reshape(n, h, w, 1)
