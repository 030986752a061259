def decayed_rate(step, initial, decay_steps, decay_rate, staircase):
    """The learning rate at a step of an exponential decay.

    step: how many updates were made so far, 0 for the first
    initial: the learning rate at step 0
    decay_steps: the number of steps after which the rate has been multiplied by decay_rate once
    decay_rate: that factor
    staircase: whether the rate falls in stairs, True or False
    returns: the learning rate, one number
    """
    exponent = ...
    return ...
