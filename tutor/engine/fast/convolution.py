"""A fast form of ``engine.convolution``: nearly all of it is matrix products, and the rest stays in the cache.

It allocates nothing large after the first step. ``columns`` lays out an image for the matrix products.
"""

from __future__ import annotations

import numpy as np

from tutor.engine.fast.columns import Columns, Floating, Geometry, RowColumns, TapColumns
from tutor.engine.fast.minimal_filtering import MinimalFiltering, is_worthwhile
from tutor.engine.fast.workers import PARTS, Workers, chunks
from tutor.engine.padding import Array, Padding, Size

# With fewer channels a kernel row is too short for a matrix product to sum over.
FEW_CHANNELS = 8


def _layout(geometry: Geometry, batch: int, dtype: Floating) -> Columns:
    if geometry.channels < FEW_CHANNELS:
        return TapColumns(geometry, batch, dtype)
    if is_worthwhile(geometry):
        return MinimalFiltering(geometry, batch, dtype)
    return RowColumns(geometry, batch, dtype)


class FastConvolution:
    """Convolution and its gradients for one geometry and batches of up to ``input_shape[0]`` samples.

    ``input_shape`` is (batch, H, W, C), ``kernel_shape`` (KH, KW, C, F). Results lie in buffers of this object and are
    valid until the next call of the same method. Equal inputs give the same bits, whatever ``workers`` is.
    Raises ``WindowError`` for a kernel larger than the image under 'valid'.
    """

    def __init__(
        self,
        input_shape: tuple[int, int, int, int],
        kernel_shape: tuple[int, int, int, int],
        strides: Size,
        padding: Padding,
        dtype: str,
        workers: Workers,
    ) -> None:
        batch, *image, channels = input_shape
        geometry = Geometry((image[0], image[1]), channels, kernel_shape[:2], kernel_shape[3], strides, padding)
        numbers = np.dtype(dtype)
        half = (batch + PARTS - 1) // PARTS
        self._columns = [_layout(geometry, half, numbers) for _ in range(PARTS)]
        self._workers = workers
        self._y = np.empty((batch, *geometry.output, geometry.filters), numbers)
        self._dx: Array = np.empty((0, *input_shape[1:]), numbers)
        self._input_shape = input_shape
        self._dkernels = np.empty((PARTS, *kernel_shape), numbers)
        self._dbiases = np.empty((PARTS, geometry.filters), numbers)
        self._no_bias = np.zeros(geometry.filters, numbers)

    def forward(self, x: Array, kernel: Array, bias: Array | None) -> Array:
        """As ``convolution.conv2d``."""
        y, added = self._y[: len(x)], self._no_bias if bias is None else bias

        def half(part: int, rows: slice) -> None:
            columns = self._columns[part]
            for some in chunks(rows, columns.samples):
                columns.forward(x[some], kernel, added, y[some])

        self._workers.halves(len(x), half)
        return y

    def backward(self, dy: Array, x: Array, kernel: Array, need_dx: bool = True) -> tuple[Array | None, Array, Array]:
        """As ``convolution.conv2d_gradients``; without ``need_dx``, as for a first layer, dx is None."""
        if need_dx and not len(self._dx):
            self._dx = np.empty(self._input_shape, self._y.dtype)
        dx = self._dx[: len(x)] if need_dx else None

        def half(part: int, rows: slice) -> None:
            columns, dkernel, dbias = self._columns[part], self._dkernels[part], self._dbiases[part]
            dkernel.fill(0)
            dbias.fill(0)
            for some in chunks(rows, columns.samples):
                columns.backward(dy[some], x[some], kernel, dkernel, dbias, None if dx is None else dx[some])

        self._workers.halves(len(x), half)
        for parts in (self._dkernels, self._dbiases):
            np.add(parts[0], parts[1], out=parts[0])
        return dx, self._dkernels[0], self._dbiases[0]
