def split(x, share):
    """Training and held-out rows, both standardised with the mean and the deviation of the training rows.

    x: all rows, shape (rows, features)
    share: the part of the rows to hold out, from 0 to below 1
    returns: the training rows and the held-out rows, standardised, each with the columns of x
    """
    first = ...  # how many rows stay for training: ⌊rows·(1 − share)⌋
    mean = ...
    deviation = ...
    return ..., ...
