def early_stopping(losses, patience):
    """The best epoch, whose weights are taken back, and the epoch after which training stops.

    losses: the held-out loss after each epoch, if training went on to the end, shape (epochs,)
    patience: after so many epochs in a row without a new lowest loss, training stops
    returns: the best epoch and the last epoch, both counted from 1
    """
    best = ...
    last = ...
    return best, last
