def moving_averages(moving_mean, moving_variance, x, momentum):
    mean = x.mean(axis=0)
    variance = ((x - mean) ** 2).mean(axis=0)
    new_mean = momentum * moving_mean + (1 - momentum) * mean
    new_variance = momentum * moving_variance + (1 - momentum) * variance
    return new_mean, new_variance
