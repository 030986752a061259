import numpy as np


def generator_loss(z):
    """The loss of a generator, and its gradient by the discriminator's logits.

    z: what the discriminator says of each made point, before its sigmoid, shape (rows,)
    returns: loss, one number; dz, shape (rows,)
    """
    p = ...  # how likely the discriminator takes each for real
    loss = ...
    dz = ...
    return loss, dz
