"""Layer normalization: each place's numbers are brought to mean 0 and variance 1, then scaled and shifted.

As in ``keras/src/layers/normalization/layer_normalization.py``, along the last axis.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def layer_normalize(x: Array, gamma: Array, beta: Array, epsilon: float) -> tuple[Array, Array, Array, Array]:
    """(y, x_hat, mean, variance) with x_hat = (x − mean) / √(variance + ε) and y = γ·x_hat + β.

    ``x`` is (batch, …, width), as are y and x_hat; mean and variance are (batch, …), γ and β (width,).
    """
    mean = x.mean(axis=-1)
    centred = x - mean[..., None]
    variance = (centred * centred).mean(axis=-1)
    x_hat = centred / np.sqrt(variance + variance.dtype.type(epsilon))[..., None]
    return gamma * x_hat + beta, x_hat, mean, variance


def layer_normalize_gradients(
    dy: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float
) -> tuple[Array, Array, Array]:
    """(dx, dgamma, dbeta) with dx = (g − mean(g) − x_hat·mean(g·x_hat)) / √(variance + ε) and g = γ·dy.

    The means are over the width: the mean and the variance of a place depend on each of its numbers.
    """
    g = gamma * dy
    rest = g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)
    deviation = np.sqrt(variance + variance.dtype.type(epsilon))[..., None]
    over = tuple(range(dy.ndim - 1))
    return rest / deviation, (dy * x_hat).sum(axis=over), dy.sum(axis=over)
