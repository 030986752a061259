"""Pooling of one picture (height, width, channels), forwards and backwards, and flatten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations import expressions
from tutor.engine.derivations.cells import Cells, Index, constant, floor
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.engine.pooling import average_pool, average_pool_gradient, max_pool, max_pool_gradient
from tutor.practice.right import Right


def max_pooling(x: Any, k: int, stride: int) -> Right:
    """The largest number of each k×k window, for each channel; padding valid."""
    values = max_pool(np.asarray(x)[None], (k, k), (stride, stride))[0]
    windows = _windows(x, values.shape, k, stride)
    y = Cells(values, lambda n, at: expressions.largest([windows.write(n, (*at, i)) for i in range(k * k)]))
    return Right((("y", y),), _places(x, k, stride))


def max_pooling_backward(dy: Any, x: Any, k: int, stride: int) -> Right:
    """Each number of dy goes to the largest pixel of its window, of equal ones to the first in reading order."""
    values = max_pool_gradient(np.asarray(dy)[None], np.asarray(x, dtype=np.float64)[None], (k, k), (stride, stride))[0]
    sent, windows = constant(dy), _windows(x, np.shape(dy), k, stride)
    winners = windows.values.argmax(axis=-1)

    def write(n: Writer, at: Index) -> Expression:
        came = [
            place for place in np.ndindex(winners.shape)
            if _pixel((*place, int(winners[place])), k, stride) == at
        ]  # fmt: skip
        return expressions.total([sent.write(n, place) for place in came]) if came else n(0.0)

    return Right((("dx", Cells(values, write)),))


def average_pooling(x: Any, k: int, stride: int) -> Right:
    """The mean of each k×k window, for each channel; padding valid."""
    values = average_pool(np.asarray(x)[None], (k, k), (stride, stride))[0]
    windows = _windows(x, values.shape, k, stride)
    y = (windows.sum(axis=-1) / float(k * k)).computed(values)
    return Right((("y", y),), _places(x, k, stride))


def average_pooling_backward(dy: Any, h: int, w: int, k: int, stride: int) -> Right:
    """Each number of dy goes to the k·k pixels of its window, the same part of it to each."""
    sent, (rows, columns, channels) = constant(dy), np.shape(dy)
    picture = np.zeros((1, h, w, channels))
    values = average_pool_gradient(np.asarray(dy, dtype=np.float64)[None], picture, (k, k), (stride, stride))[0]

    def write(n: Writer, at: Index) -> Expression:
        part = sent / float(k * k)
        came = [
            (i, j, at[2]) for i, j in np.ndindex(rows, columns)
            if i * stride <= at[0] < i * stride + k and j * stride <= at[1] < j * stride + k
        ]  # fmt: skip
        return expressions.total([part.write(n, place) for place in came]) if came else n(0.0)

    return Right((("dx", Cells(values, write)),))


def flatten(x: Any) -> Right:
    """Each picture of a batch (batch, h, w, channels) as one row, in reading order, channels of a pixel together."""
    batch = len(x)
    return Right((("y", constant(x).reshaped((batch, x.size // batch))),))


def _windows(x: Any, shape: tuple[int, ...], k: int, stride: int) -> Cells:
    """The pixels under each window, a line for each place and channel of the result of this shape."""
    return constant(x).viewed((*shape, k * k), lambda at: _pixel(at, k, stride))


def _pixel(at: Index, k: int, stride: int) -> Index:
    """Where a number of ``_windows`` stands in the picture."""
    return at[0] * stride + at[3] // k, at[1] * stride + at[3] % k, at[2]


def _places(x: Any, k: int, stride: int) -> tuple[tuple[str, Cells], ...]:
    """How many windows fit, downwards and across."""
    rows, columns = (floor((constant(float(n)) - float(k)) / float(stride)) + 1.0 for n in np.shape(x)[:2])
    return ("rows", rows), ("columns", columns)


REFERENCES: dict[str, Callable[..., Right]] = {
    "max_pooling": max_pooling, "max_pooling_backward": max_pooling_backward, "average_pooling": average_pooling,
    "average_pooling_backward": average_pooling_backward, "flatten": flatten,
}  # fmt: skip
