import numpy as np


def rnn_backward(dh, x, h, U):
    """The gradients of a recurrent layer, back through time.

    dh: the gradient of the loss by each state, as the layers above see it, shape (time, units)
    x: the inputs, shape (time, width)
    h: the states of the forward pass, shape (time, units)
    U: the weights of the state before, shape (units, units)
    returns: dW, shape (width, units); dU, shape (units, units); db, shape (units,)
    """
    dW, dU, db = np.zeros((x.shape[1], len(U))), np.zeros(U.shape), np.zeros(len(U))
    later = np.zeros(len(U))  # what the next place passes back to this one's state
    for t in reversed(range(len(x))):
        ...
    return dW, dU, db
