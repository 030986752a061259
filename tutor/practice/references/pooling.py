"""Pooling of one picture (height, width, channels), forwards and backwards, and flatten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import Cells, constant
from tutor.engine.pooling import average_pool, max_pool, max_pool_gradient
from tutor.practice.right import Right


def max_pooling(x: Any, k: int, stride: int) -> Right:
    """The largest number of each k×k window, for each channel; padding valid."""
    y = constant(max_pool(np.asarray(x)[None], (k, k), (stride, stride))[0])
    return Right((("y", y),), _places(y))


def max_pooling_backward(dy: Any, x: Any, k: int, stride: int) -> Right:
    """Each number of dy goes to the largest pixel of its window, of equal ones to the first in reading order."""
    images = np.asarray(dy)[None], np.asarray(x, dtype=np.float64)[None]
    return Right((("dx", constant(max_pool_gradient(*images, (k, k), (stride, stride))[0])),))


def average_pooling(x: Any, k: int, stride: int) -> Right:
    """The mean of each k×k window, for each channel; padding valid."""
    values = average_pool(np.asarray(x)[None], (k, k), (stride, stride))[0]
    windows = constant(x).viewed(
        (*values.shape, k * k), lambda at: (at[0] * stride + at[3] // k, at[1] * stride + at[3] % k, at[2])
    )
    y = (windows.sum(axis=-1) / float(k * k)).computed(values)
    return Right((("y", y),), _places(y))


def flatten(x: Any) -> Right:
    """Each picture of a batch (batch, h, w, channels) as one row, in reading order, channels of a pixel together."""
    batch = len(x)
    return Right((("y", constant(x).reshaped((batch, x.size // batch))),))


def _places(y: Cells) -> tuple[tuple[str, Cells], ...]:
    rows, columns = y.values.shape[:2]
    return ("rows", constant(rows)), ("columns", constant(columns))


REFERENCES: dict[str, Callable[..., Right]] = {
    "max_pooling": max_pooling, "max_pooling_backward": max_pooling_backward, "average_pooling": average_pooling,
    "flatten": flatten,
}  # fmt: skip
