def cnn_parameters(side, channels, filters, k, classes):
    convolution = (k * k * channels + 1) * filters
    pooled = -(-side // 2)
    dense = (pooled * pooled * filters + 1) * classes
    return convolution + dense
