def early_stopping(losses, patience):
    """The best epoch, whose weights are taken back, and the epoch after which training stops.

    losses: the held-out loss after each epoch, if training went on to the end, shape (epochs,)
    patience: training stops after this many epochs in a row without a new lowest loss
    returns: the best epoch and the last epoch, both counted from 1
    """
    best = ...
    last = ...
    return best, last
