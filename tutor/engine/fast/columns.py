"""Two ways in which ``fast.convolution`` lays out an image, so that convolution becomes matrix products.

Both process a few samples at a time, so that the copies stay in the processor's L2 cache. An instance owns its
buffers and belongs to one thread. ``forward`` writes y; ``backward`` adds to dkernel and dbias, and writes dx if given.
Shapes are those of ``convolution``, with n samples: x (n, H, W, C), kernel (KH, KW, C, F), y (n, OH, OW, F).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.lib.stride_tricks import as_strided

from tutor.engine.padding import Array, Padding, Size, added, output_image, unpad

# Bytes copied at a time: the size of an L2 cache. Less means more calls, more means cache misses.
CHUNK = 1 << 21

Floating = np.dtype[np.floating]


@dataclass(frozen=True)
class Geometry:
    """One convolution: image (H, W) and channels, kernel (KH, KW) and filters, strides and padding."""

    image: Size
    channels: int
    kernel: Size
    filters: int
    strides: Size
    padding: Padding

    @property
    def output(self) -> Size:
        """(OH, OW)."""
        return output_image(self.image, self.kernel, self.strides, self.padding)

    @property
    def padded(self) -> Size:
        """(H, W) including the padding."""
        height, width = (
            n + sum(added(n, k, s, self.padding)) for n, k, s in zip(self.image, self.kernel, self.strides, strict=True)
        )
        return height, width

    def inside(self, padded: Array) -> Array:
        """The image without its padding: (n, H, W, C), a view."""
        return unpad(padded, self.image, self.kernel, self.strides, self.padding)

    def rows_under(self, i: int) -> slice:
        """The rows of the padded image under kernel row i."""
        return slice(i, i + (self.output[0] - 1) * self.strides[0] + 1, self.strides[0])

    def columns_under(self, j: int) -> slice:
        """The columns of the padded image under kernel column j."""
        return slice(j, j + (self.output[1] - 1) * self.strides[1] + 1, self.strides[1])


class Columns(Protocol):
    """The interface of both layouts."""

    samples: int

    def forward(self, x: Array, kernel: Array, bias: Array, y: Array) -> None:
        """Write ``y``."""

    def backward(self, dy: Array, x: Array, kernel: Array, dkernel: Array, dbias: Array, dx: Array | None) -> None:
        """Add to ``dkernel`` and ``dbias``; write ``dx``."""


class _Buffer:
    """A buffer for up to ``samples`` samples of ``each`` numbers."""

    def __init__(self, samples: int, each: int, dtype: Floating) -> None:
        self._flat = np.zeros(samples * each, dtype)

    def shaped(self, *shape: int) -> Array:
        return self._flat[: math.prod(shape)].reshape(shape)


class RowColumns:
    """Each row of the image spread out, for images of several channels: (padded H, n, OW, KW·C).

    For every output column, the KW·C numbers under one row of the kernel lie side by side. The input of kernel row i is
    then rows i to i + OH of this, without another copy, and the convolution is the sum of KH matrix products.
    """

    def __init__(self, geometry: Geometry, batch: int, dtype: Floating) -> None:
        self._g = g = geometry
        (height, width), (output_rows, output_columns) = g.padded, g.output
        self._across = g.kernel[1] * g.channels
        spread, output = height * output_columns * self._across, output_rows * output_columns
        self.samples = n = max(1, min(batch, CHUNK // (spread * dtype.itemsize)))
        self._padded = np.zeros((n, height, width, g.channels), dtype)
        sample, row, pixel, channel = self._padded.strides
        self._seen = as_strided(
            self._padded,
            (height, n, output_columns, g.kernel[1], g.channels),
            (row, sample, pixel * g.strides[1], pixel, channel),
            writeable=False,
        )
        self._spread = _Buffer(n, spread, dtype)
        self._y, self._term = _Buffer(n, output * g.filters, dtype), _Buffer(n, output * g.filters, dtype)
        self._dspread = _Buffer(n, output * self._across, dtype)
        self._dkernel = np.empty((self._across, g.filters), dtype)

    def forward(self, x: Array, kernel: Array, bias: Array, y: Array) -> None:
        """As in ``Columns``."""
        g, n, spread = self._g, len(x), self._fill(x)
        rows = kernel.reshape(g.kernel[0], self._across, g.filters)
        shape = (g.output[0] * n * g.output[1], g.filters)
        total, term = self._y.shaped(*shape), self._term.shaped(*shape)
        np.matmul(self._under(spread, 0), rows[0], out=total)
        for i in range(1, g.kernel[0]):
            np.matmul(self._under(spread, i), rows[i], out=term)
            np.add(total, term, out=total)
        np.add(total.reshape(g.output[0], n, g.output[1], g.filters).transpose(1, 0, 2, 3), bias, out=y)

    def backward(self, dy: Array, x: Array, kernel: Array, dkernel: Array, dbias: Array, dx: Array | None) -> None:
        """As in ``Columns``."""
        g, n, spread = self._g, len(x), self._fill(x)
        ordered = self._y.shaped(g.output[0], n, g.output[1], g.filters)
        np.copyto(ordered, dy.transpose(1, 0, 2, 3))
        dy = ordered.reshape(-1, g.filters)
        np.add(dbias, dy.sum(axis=0), out=dbias)
        dkernel = dkernel.reshape(g.kernel[0], self._across, g.filters)
        for i in range(g.kernel[0]):
            np.matmul(self._under(spread, i).T, dy, out=self._dkernel)
            np.add(dkernel[i], self._dkernel, out=dkernel[i])
        if dx is not None:
            self._back(dy, kernel.reshape(dkernel.shape), spread, dx)

    def _fill(self, x: Array) -> Array:
        """``x`` spread out: (padded H, n, OW, KW, C)."""
        g, n = self._g, len(x)
        np.copyto(g.inside(self._padded[:n]), x)
        spread = self._spread.shaped(g.padded[0], n, g.output[1], g.kernel[1], g.channels)
        np.copyto(spread, self._seen[:, :n])
        return spread

    def _under(self, spread: Array, i: int) -> Array:
        """The input of kernel row i: (OH·n·OW, KW·C), a view if its rows are contiguous."""
        return spread[self._g.rows_under(i)].reshape(-1, self._across)

    def _back(self, dy: Array, rows: Array, dspread: Array, dx: Array) -> None:
        """``forward`` in reverse. Overwrites ``dspread`` (padded H, n, OW, KW, C)."""
        g, n = self._g, len(dx)
        term = self._dspread.shaped(len(dy), self._across)
        dspread.fill(0)
        for i in range(g.kernel[0]):
            np.matmul(dy, rows[i].T, out=term)
            met = dspread[g.rows_under(i)]
            np.add(met, term.reshape(met.shape), out=met)
        # Forward fills only the inside and relies on zeros around it.
        padded = self._padded[:n]
        padded.fill(0)
        for j in range(g.kernel[1]):
            met = padded[:, :, g.columns_under(j)]
            np.add(met, dspread[:, :, :, j].transpose(1, 0, 2, 3), out=met)
        np.copyto(dx, g.inside(padded))
        padded.fill(0)


class TapColumns:
    """One row for each kernel entry, for images of few channels: (KH·KW·C + 1, n·OH·OW).

    A row has the input that every window has under that entry, and the last row is all ones: the convolution is one
    matrix product, and the row of ones adds the bias and sums its gradient. The rows are filled from an array
    (KW, C, n, padded H, OW), which has the image once for each kernel column: the input of kernel row i is one slice.
    """

    def __init__(self, geometry: Geometry, batch: int, dtype: Floating) -> None:
        self._g = g = geometry
        (height, width), (output_rows, output_columns) = g.padded, g.output
        self._taps = g.kernel[0] * g.kernel[1] * g.channels
        each = (self._taps + 1) * output_rows * output_columns
        self.samples = n = max(1, min(batch, CHUNK // (each * dtype.itemsize)))
        self._padded = np.zeros((n, height, width, g.channels), dtype)
        sample, row, pixel, channel = self._padded.strides
        self._seen = as_strided(
            self._padded,
            (g.kernel[1], g.channels, n, height, output_columns),
            (pixel, channel, sample, row, pixel * g.strides[1]),
            writeable=False,
        )
        self._shifted = np.empty(self._seen.shape, dtype)
        column, channel, sample, row, pixel = self._shifted.strides
        self._seen_shifted = as_strided(
            self._shifted,
            (*g.kernel, g.channels, n, *g.output),
            (row, column, channel, sample, row * g.strides[0], pixel),
            writeable=False,
        )
        self._matrix = _Buffer(n, each, dtype)
        self._weights = np.empty((self._taps + 1, g.filters), dtype)
        self._dweights = np.empty_like(self._weights)

    def forward(self, x: Array, kernel: Array, bias: Array, y: Array) -> None:
        """As in ``Columns``."""
        self._weights[:-1] = kernel.reshape(self._taps, -1)
        self._weights[-1] = bias
        np.matmul(self._fill(x).T, self._weights, out=y.reshape(-1, self._g.filters))

    def backward(self, dy: Array, x: Array, kernel: Array, dkernel: Array, dbias: Array, dx: Array | None) -> None:
        """As in ``Columns``."""
        g, matrix, dy = self._g, self._fill(x), dy.reshape(-1, self._g.filters)
        np.matmul(matrix, dy, out=self._dweights)
        np.add(dkernel, self._dweights[:-1].reshape(dkernel.shape), out=dkernel)
        np.add(dbias, self._dweights[-1], out=dbias)
        if dx is not None:
            np.matmul(kernel.reshape(self._taps, -1), dy.T, out=matrix[:-1])
            self._back(matrix[:-1].reshape(*g.kernel, g.channels, len(dx), *g.output), dx)

    def _fill(self, x: Array) -> Array:
        g, n = self._g, len(x)
        np.copyto(g.inside(self._padded[:n]), x)
        np.copyto(self._shifted[:, :, :n], self._seen[:, :, :n])
        matrix = self._matrix.shaped(self._taps + 1, n * g.output[0] * g.output[1])
        np.copyto(matrix[:-1].reshape(*g.kernel, g.channels, n, *g.output), self._seen_shifted[:, :, :, :n])
        matrix[-1] = 1
        return matrix

    def _back(self, dtaps: Array, dx: Array) -> None:
        """``_fill`` in reverse, from (KH, KW, C, n, OH, OW)."""
        g, n = self._g, len(dx)
        dshifted = self._shifted[:, :, :n]
        dshifted.fill(0)
        for i in range(g.kernel[0]):
            met = dshifted[:, :, :, g.rows_under(i)]
            np.add(met, dtaps[i], out=met)
        padded = self._padded[:n]
        padded.fill(0)
        for j in range(g.kernel[1]):
            met = padded[:, :, g.columns_under(j)]
            np.add(met, dshifted[j].transpose(1, 2, 3, 0), out=met)
        np.copyto(dx, g.inside(padded))
        padded.fill(0)
