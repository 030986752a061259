"""Convolution of one picture (height, width, channels), by windows and by a matrix, and its backward pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.convolution import conv2d, conv2d_gradients
from tutor.engine.derivations import expressions
from tutor.engine.derivations.cells import Cells, Index, Write, ceiling, constant, floor
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.engine.padding import Padding, output_size
from tutor.practice.right import Right


def conv_side(n: int, k: int, stride: int, padding: Padding) -> Right:
    """How many places a window of k has along n pixels: ⌊(n − k) / stride⌋ + 1, with 'same' ⌈n / stride⌉."""
    pixels, step = constant(float(n)), float(stride)
    places = ceiling(pixels / step) if padding == "same" else _places(pixels, k, stride)
    return Right((("side", places.computed(output_size(n, k, stride, padding))),))


def convolution(x: Any, w: Any, b: Any, stride: int) -> Right:
    """The cross-correlation of x (h, w, channels) with w (k, k, channels, filters), padding valid."""
    y = _under_windows(x, w, stride) + constant(b)
    by_engine = y.computed(lambda: conv2d(np.asarray(x)[None], w, b, (stride, stride))[0])
    rows, columns = (_places(constant(float(n)), len(w), stride) for n in x.shape[:2])
    return Right((("y", by_engine),), (("rows", rows), ("columns", columns)))


def _places(pixels: Cells, k: int, stride: int) -> Cells:
    """How many windows of k fit, when each begins ``stride`` pixels after the last."""
    return floor((pixels - float(k)) / float(stride)) + 1.0


def im2col(x: Any, k: int) -> Right:
    """A row for each place of a k×k window, with its pixels in the order row, column, channel."""
    return Right((("cols", _patches(x, k)),))


def convolution_by_matrix(x: Any, w: Any, b: Any) -> Right:
    """The same as ``convolution`` with stride 1: all patches times all kernels, in one product."""
    k, filters = w.shape[0], w.shape[3]
    cols, table = _patches(x, k), constant(w).reshaped((w[..., 0].size, filters))
    product = cols @ table + constant(b)
    y = product.reshaped((x.shape[0] - k + 1, x.shape[1] - k + 1, filters))
    by_engine = y.computed(lambda: conv2d(np.asarray(x)[None], w, b)[0])
    return Right((("y", by_engine),), (("cols", cols), ("table", table), ("product", product)))


def convolution_backward(dy: Any, x: Any, w: Any) -> Right:
    """The gradients by w and x of a convolution with stride 1 and padding valid, from that by its result."""
    dx, dw, _ = conv2d_gradients(np.asarray(dy)[None], np.asarray(x)[None], w)
    pixels, sent = constant(x), constant(dy)
    seen = pixels.viewed(
        (*w.shape, dy.shape[0], dy.shape[1]), lambda at: (at[0] + at[4], at[1] + at[5], at[2])
    )  # fmt: skip
    given = sent.viewed((*w.shape, dy.shape[0], dy.shape[1]), lambda at: (at[4], at[5], at[3]))
    products = (seen * given).sum(axis=-1).sum(axis=-1)
    return Right((("dw", products.computed(dw)), ("dx", Cells(dx[0], _came_back(sent, constant(w))))))


def _came_back(sent: Cells, kernels: Cells) -> Write:
    """Writes a pixel's gradient: what each window that it lies under sent, times the weight that lay on it."""
    rows, columns, filters = sent.values.shape
    k = len(kernels)

    def write(n: Writer, at: Index) -> Expression:
        i, j, channel = at
        on = [(a, b) for a in range(k) for b in range(k) if 0 <= i - a < rows and 0 <= j - b < columns]
        sent_by = [(sent.write(n, (i - a, j - b, f)), (a, b, channel, f)) for a, b in on for f in range(filters)]
        return expressions.total([number * kernels.write(n, weight) for number, weight in sent_by])

    return write


def _patches(x: Any, k: int) -> Cells:
    """The pixels under each place of a window: (places, k·k·channels), in reading order."""
    h, w, channels = x.shape
    across = w - k + 1

    def origin(at: Index) -> Index:
        (row, column), (inner, channel) = divmod(at[0], across), divmod(at[1], channels)
        return row + inner // k, column + inner % k, channel

    return constant(x).viewed(((h - k + 1) * across, k * k * channels), origin)


def _under_windows(x: Any, w: Any, stride: int) -> Cells:
    """The sum of the products of window and kernel at each place: (rows, columns, filters)."""
    k, _, channels, filters = w.shape
    rows, columns = (output_size(n, k, stride, "valid") for n in x.shape[:2])
    shape = (rows, columns, filters, k * k * channels)

    def under(at: Index) -> Index:
        return at[3] // (k * channels), at[3] // channels % k, at[3] % channels

    def pixel(at: Index) -> Index:
        i, j, channel = under(at)
        return at[0] * stride + i, at[1] * stride + j, channel

    weights = constant(w).viewed(shape, lambda at: (*under(at), at[2]))
    return (constant(x).viewed(shape, pixel) * weights).sum(axis=-1)


REFERENCES: dict[str, Callable[..., Right]] = {
    "conv_side": conv_side, "convolution": convolution, "im2col": im2col,
    "convolution_by_matrix": convolution_by_matrix, "convolution_backward": convolution_backward,
}  # fmt: skip
