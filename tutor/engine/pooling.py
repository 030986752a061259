"""Pooling: each window of an image becomes one number per channel, its maximum or its average.

For the maximum, training uses ``fast.pooling``, which is tested against this one; a trace records this one.
"""

from __future__ import annotations

import numpy as np

from tutor.engine.padding import Array, Padding, Size, output_image, pad, taps, unpad


def max_pool(x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """The largest value of each window: (batch, H, W, C) to (batch, OH, OW, C).

    The padding is −∞, so it is never the largest. Under 'valid', Keras's default, rows at the end that fill no window
    are left out: 25 rows become 12. Raises ``WindowError`` for a window larger than the image.
    """
    output = output_image(_image(x), pool, strides, padding)
    padded = pad(x, pool, strides, padding, -np.inf)
    y = np.full((len(x), *output, x.shape[3]), -np.inf, dtype=x.dtype)
    for _, _, under in taps(pool, strides, output):
        y = np.maximum(y, padded[under])
    return y


def max_pool_gradient(dy: Array, x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """Send ``dy`` (batch, OH, OW, C) to the largest pixel of each window; all others get 0.

    Of equal pixels the first, row by row, gets all of it, as in Keras and PyTorch.
    """
    output = output_image(_image(x), pool, strides, padding)
    padded = pad(x, pool, strides, padding, -np.inf)
    y = max_pool(x, pool, strides, padding)
    dpadded = np.zeros_like(padded)
    waiting = np.ones(y.shape, dtype=bool)  # windows whose largest pixel has not been found yet
    for _, _, under in taps(pool, strides, output):
        first = waiting & (padded[under] == y)
        dpadded[under] += dy * first
        waiting &= ~first
    return unpad(dpadded, _image(x), pool, strides, padding)


def average_pool(x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """The mean of each window: (batch, H, W, C) to (batch, OH, OW, C).

    Counts only pixels of the image, not the padding. Raises ``WindowError`` as ``max_pool`` does.
    """
    output = output_image(_image(x), pool, strides, padding)
    padded = pad(x, pool, strides, padding)
    total = np.zeros((len(x), *output, x.shape[3]), dtype=x.dtype)
    for _, _, under in taps(pool, strides, output):
        total += padded[under]
    return total / _counts(x, pool, strides, padding)


def average_pool_gradient(dy: Array, x: Array, pool: Size, strides: Size, padding: Padding = "valid") -> Array:
    """Give each pixel of a window of n pixels dy / n; only the shape of ``x`` matters."""
    output = output_image(_image(x), pool, strides, padding)
    share = dy / _counts(x, pool, strides, padding)
    dpadded = np.zeros_like(pad(x, pool, strides, padding))
    for _, _, under in taps(pool, strides, output):
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
    output = output_image(_image(x), pool, strides, padding)
    inside = pad(np.ones((1, *_image(x), 1), dtype=x.dtype), pool, strides, padding)
    counts = np.zeros((1, *output, 1), dtype=x.dtype)
    for _, _, under in taps(pool, strides, output):
        counts += inside[under]
    return counts


def _image(x: Array) -> Size:
    return x.shape[1], x.shape[2]
