"""Pooling: each window of an image becomes one number a channel, its maximum or its average.

``fast_pooling`` does the maximum for training; this is what it is tested against and what a trace explains.
"""

from __future__ import annotations

import numpy as np

from tutor.engine.padding import Array, Padding, Size, output_image, pad, taps, unpad


def max_pool(x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """The largest value of each window: (batch, H, W, C) to (batch, OH, OW, C).

    What is added around the image is −∞, so it is never the largest. Under 'valid', Keras's default, rows at the end
    that fill no window are left out: 25 rows become 12. Raises ``WindowError`` for a window larger than the image.
    """
    places = output_image(_image(x), pool, strides, padding)
    padded = pad(x, pool, strides, padding, -np.inf)
    y = np.full((len(x), *places, x.shape[3]), -np.inf, dtype=x.dtype)
    for _, _, under in taps(pool, strides, places):
        y = np.maximum(y, padded[under])
    return y


def max_pool_gradient(dy: Array, x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """``dy`` (batch, OH, OW, C) goes to the pixel that was each window's largest; all others get nothing.

    Of equal ones the first, row by row, gets all of it, as in Keras and PyTorch.
    """
    places = output_image(_image(x), pool, strides, padding)
    padded = pad(x, pool, strides, padding, -np.inf)
    y = max_pool(x, pool, strides, padding)
    dpadded = np.zeros_like(padded)
    waiting = np.ones(y.shape, dtype=bool)  # windows whose largest has not been met yet
    for _, _, under in taps(pool, strides, places):
        first = waiting & (padded[under] == y)
        dpadded[under] += dy * first
        waiting &= ~first
    return unpad(dpadded, _image(x), pool, strides, padding)


def average_pool(x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """The mean of each window: (batch, H, W, C) to (batch, OH, OW, C).

    Only pixels of the image are counted, not what is added around it. Raises ``WindowError`` as ``max_pool`` does.
    """
    places = output_image(_image(x), pool, strides, padding)
    padded = pad(x, pool, strides, padding)
    total = np.zeros((len(x), *places, x.shape[3]), dtype=x.dtype)
    for _, _, under in taps(pool, strides, places):
        total += padded[under]
    return total / _counts(x, pool, strides, padding)


def average_pool_gradient(dy: Array, x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """Each pixel of a window of n gets dy / n from it; of ``x`` only the shape counts."""
    places = output_image(_image(x), pool, strides, padding)
    share = dy / _counts(x, pool, strides, padding)
    dpadded = np.zeros_like(pad(x, pool, strides, padding))
    for _, _, under in taps(pool, strides, places):
        dpadded[under] += share
    return unpad(dpadded, _image(x), pool, strides, padding)


def global_average_pool(x: Array) -> Array:
    """The mean of each channel's image: (batch, H, W, C) to (batch, C)."""
    return x.mean(axis=(1, 2))


def global_average_pool_gradient(dy: Array, x: Array) -> Array:
    """Each of the H·W pixels gets its share of ``dy`` (batch, C)."""
    pixels = x.shape[1] * x.shape[2]
    return np.broadcast_to((dy / pixels)[:, None, None, :], x.shape).copy()


def _counts(x: Array, pool: Size, strides: Size, padding: Padding) -> Array:
    """How many of each window's pixels lie in the image: (1, OH, OW, 1)."""
    places = output_image(_image(x), pool, strides, padding)
    inside = pad(np.ones((1, *_image(x), 1), dtype=x.dtype), pool, strides, padding)
    counts = np.zeros((1, *places, 1), dtype=x.dtype)
    for _, _, under in taps(pool, strides, places):
        counts += inside[under]
    return counts


def _image(x: Array) -> Size:
    return x.shape[1], x.shape[2]
