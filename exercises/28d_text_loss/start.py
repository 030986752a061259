import numpy as np


def text_loss(p, labels):
    """The mean loss over the places where something follows.

    p: the probability of each token at each place, shape (places, tokens)
    labels: the token that follows there, shape (places,); -1 where nothing does
    returns: one number
    """
    losses = ...  # of each place
    return ...
