def dense_parameters(inputs, units):
    """How many parameters a stack of Dense layers has.

    inputs: how many numbers the first layer gets, a whole number
    units: how many units each layer has, a list of whole numbers
    returns: the number of all weights and biases
    """
    counts = ...  # the parameters of each layer
    return ...
