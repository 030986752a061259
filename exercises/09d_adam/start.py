import numpy as np


def adam_step(w, m, v, g, t, rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """The weights and both means after one step of Adam. It is called as adam_step(w, m, v, g, t, rate).

    w: weights, shape (weights,)
    m: the running mean of the gradient, from the step before, shape (weights,)
    v: the running mean of its square, from the step before, shape (weights,)
    g: the gradient at w, shape (weights,)
    t: the number of this step, 1 for the first
    rate: the learning rate η, one number
    beta_1, beta_2: the parts of the old m and of the old v that are kept
    epsilon: keeps the division from 0
    returns: the new w, m and v, each of shape (weights,)
    """
    new_m, new_v = ..., ...
    m_hat, v_hat = ..., ...  # both, with their bias towards 0 corrected
    return ..., new_m, new_v
