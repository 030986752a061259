def cnn_parameters(side, channels, filters, k, classes):
    """The number of trained parameters: weights and biases.

    side, channels: of the picture, side × side × channels
    filters, k: of the convolution, kernels of k × k
    classes: units of the Dense layer
    returns: a whole number
    """
    convolution = ...
    pooled = ...  # side of a map after pooling
    dense = ...
    return ...
