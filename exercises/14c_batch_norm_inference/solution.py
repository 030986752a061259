import numpy as np


def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon):
    x_hat = (x - moving_mean) / np.sqrt(moving_variance + epsilon)
    return gamma * x_hat + beta
