"""Batch normalization: brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it.

As in ``keras/src/layers/normalization/batch_normalization.py``. A channel is an index of the last axis; the mean is
over all other axes. Two of Keras's defaults surprise: epsilon is 1e-3, and momentum 0.99 keeps 99 % of the moving
statistics at each step, so inference needs hundreds of steps before it agrees with training.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def batch_normalize(x: Array, gamma: Array, beta: Array, epsilon: float) -> tuple[Array, Array, Array, Array]:
    """In training: (y, x_hat, mean, variance) with x_hat = (x − mean) / √(variance + ε) and y = γ·x_hat + β.

    ``x``, y and x_hat are (batch, …, channels); all others are (channels,). The variance is the biased one,
    Σ(x − mean)² / n. For a batch of one row it is 0 and y is β.
    """
    over = _all_but_last(x)
    mean = x.mean(axis=over)
    centred = x - mean
    variance = (centred * centred).mean(axis=over)
    x_hat = centred / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


def batch_normalize_gradients(
    dy: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float
) -> tuple[Array, Array, Array]:
    """(dx, dgamma, dbeta) in training, from the results of ``batch_normalize``.

    The mean and the variance depend on every x, so dx is g = γ·dy without its mean and its component along x_hat:
    dx = (g − mean(g) − x_hat·mean(g·x_hat)) / √(variance + ε).
    """
    over = _all_but_last(dy)
    g = gamma * dy
    dx = (g - g.mean(axis=over) - x_hat * (g * x_hat).mean(axis=over)) / np.sqrt(variance + epsilon)
    return dx, (dy * x_hat).sum(axis=over), dy.sum(axis=over)


def normalize_with(
    x: Array, gamma: Array, beta: Array, moving_mean: Array, moving_variance: Array, epsilon: float
) -> Array:
    """At inference, or with the layer frozen: y = γ·(x − moving mean) / √(moving variance + ε) + β."""
    return gamma * _standardized(x, moving_mean, moving_variance, epsilon) + beta


def normalize_with_gradients(
    dy: Array, x: Array, gamma: Array, moving_mean: Array, moving_variance: Array, epsilon: float
) -> tuple[Array, Array, Array]:
    """(dx, dgamma, dbeta) of ``normalize_with``, which treats the moving statistics as constants."""
    over = _all_but_last(dy)
    dx = dy * gamma / np.sqrt(moving_variance + epsilon)
    dgamma = (dy * _standardized(x, moving_mean, moving_variance, epsilon)).sum(axis=over)
    return dx, dgamma, dy.sum(axis=over)


def moved(moving: Array, batch: Array, momentum: float) -> Array:
    """The moving mean or variance after one more batch: momentum·moving + (1 − momentum)·batch."""
    return momentum * moving + (1 - momentum) * batch


def _standardized(x: Array, mean: Array, variance: Array, epsilon: float) -> Array:
    return (x - mean) / np.sqrt(variance + epsilon)


def _all_but_last(x: Array) -> tuple[int, ...]:
    return tuple(range(x.ndim - 1))
