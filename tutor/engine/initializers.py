"""Initial weights, as ``keras/src/initializers/random_initializers.py`` defines them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# The standard deviation of a normal distribution cut off at two of its standard deviations; Keras divides by
# it so that what is left after the cut has the variance that was asked for.
TRUNCATED_NORMAL_STDDEV = 0.87962566103423978


def _truncated_normal(rng: np.random.Generator, shape: tuple[int, ...], stddev: float) -> NDArray[np.float64]:
    """Normal values, those beyond two standard deviations drawn again."""
    values = rng.standard_normal(shape)
    outside = np.abs(values) > 2.0
    while outside.any():
        values[outside] = rng.standard_normal(int(outside.sum()))
        outside = np.abs(values) > 2.0
    return values * (stddev / TRUNCATED_NORMAL_STDDEV)


def initialize(
    name: str, rng: np.random.Generator, shape: tuple[int, ...], fan_in: int, fan_out: int
) -> NDArray[np.float64]:
    """Draw one parameter of ``shape``.

    Glorot keeps the variance of values and gradients alike through a layer: limit √(6/(fan_in + fan_out)),
    or standard deviation √(2/(fan_in + fan_out)). He makes up for ReLU zeroing half: √(6/fan_in) and
    √(2/fan_in). Raises ``ValueError`` for a name that is not in ``spec.INITIALIZERS``.
    """
    if name == "zeros":
        return np.zeros(shape)
    if name == "glorot_uniform":
        limit = math.sqrt(6.0 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, shape)
    if name == "he_uniform":
        limit = math.sqrt(6.0 / fan_in)
        return rng.uniform(-limit, limit, shape)
    if name == "glorot_normal":
        return _truncated_normal(rng, shape, math.sqrt(2.0 / (fan_in + fan_out)))
    if name == "he_normal":
        return _truncated_normal(rng, shape, math.sqrt(2.0 / fan_in))
    raise ValueError(f"unknown initializer {name!r}")
