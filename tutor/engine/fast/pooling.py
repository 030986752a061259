"""A fast form of ``engine.pooling``'s maximum pooling for the most common case: 2×2 windows that do not overlap.

It takes the larger of each horizontal pair, then the larger of each vertical pair of those. The backward pass repeats
the two choices: the gradient goes to the first of each pair if it is not the smaller, otherwise to the second. The
upper pair comes first, and in each pair the left number, so that of equal values the first in reading order gets all of
the gradient, as in the plain form.
"""

from __future__ import annotations

import numpy as np

from tutor.engine.fast.columns import CHUNK
from tutor.engine.fast.workers import PARTS, Workers, chunks
from tutor.engine.padding import Array, Padding, Size, output_image
from tutor.engine.pooling import max_pool, max_pool_gradient


class FastMaxPool:
    """Maximum pooling and its gradient for one geometry and batches of up to ``input_shape[0]`` samples.

    ``input_shape`` is (batch, H, W, C). Results lie in buffers of this object and are valid until the next call of the
    same method. Raises ``WindowError`` for a window larger than the image under 'valid'.
    """

    def __init__(
        self,
        input_shape: tuple[int, int, int, int],
        pool: Size,
        strides: Size,
        padding: Padding,
        dtype: str,
        workers: Workers,
    ) -> None:
        batch, height, width, channels = input_shape
        self._pool, self._strides, self._padding, self._workers = pool, strides, padding, workers
        output = output_image((height, width), pool, strides, padding)
        self._y = np.empty((batch, *output, channels), dtype)
        self._dx = np.empty(input_shape, dtype)
        pairs = pool == strides == (2, 2)
        half = (batch + PARTS - 1) // PARTS
        self._pairs = [_Pairs(output, (height, width), channels, half, self._y.dtype) for _ in range(PARTS * pairs)]

    def forward(self, x: Array) -> Array:
        """As ``pooling.max_pool``."""
        y = self._y[: len(x)]

        def half(part: int, rows: slice) -> None:
            if not self._pairs:
                y[rows] = max_pool(x[rows], self._pool, self._strides, self._padding)
                return
            for some in chunks(rows, self._pairs[part].samples):
                self._pairs[part].forward(x[some], y[some])

        self._workers.halves(len(x), half)
        return y

    def backward(self, dy: Array, x: Array) -> Array:
        """As ``pooling.max_pool_gradient``."""
        dx = self._dx[: len(x)]

        def half(part: int, rows: slice) -> None:
            if not self._pairs:
                dx[rows] = max_pool_gradient(dy[rows], x[rows], self._pool, self._strides, self._padding)
                return
            for some in chunks(rows, self._pairs[part].samples):
                self._pairs[part].backward(dy[some], x[some], dx[some])

        self._workers.halves(len(x), half)
        return dx


class _Pairs:
    """One thread's buffers for 2×2 pooling, a few samples at a time. An unpaired last row or column passes through."""

    def __init__(self, output: Size, image: Size, channels: int, batch: int, dtype: np.dtype[np.floating]) -> None:
        # The part of the image that lies in windows: all of it, or one row or column less.
        self._used = min(image[0], 2 * output[0]), min(image[1], 2 * output[1])
        across = (self._used[0], output[1], channels)
        self.samples = n = max(1, min(batch, CHUNK // (4 * int(np.prod(across)) * dtype.itemsize)))
        self._larger, self._dlarger = np.empty((n, *across), dtype), np.empty((n, *across), dtype)
        self._first_across = np.empty((n, self._used[0], self._used[1] // 2, channels), bool)
        self._first_down = np.empty((n, self._used[0] // 2, output[1], channels), bool)

    def forward(self, x: Array, y: Array) -> None:
        larger, rows = self._larger_across(x), self._used[0] // 2
        np.maximum(larger[:, : 2 * rows : 2], larger[:, 1::2], out=y[:, :rows])
        y[:, rows:] = larger[:, 2 * rows :]

    def backward(self, dy: Array, x: Array, dx: Array) -> None:
        # Under 'valid' an odd last row or column is in no window, and an earlier user of ``dx`` may have written there.
        dx[:, self._used[0] :] = 0
        dx[:, :, self._used[1] :] = 0
        larger, dlarger, n = self._larger_across(x), self._dlarger[: len(x)], len(x)
        rows, columns = self._used[0] // 2, self._used[1] // 2
        upper, lower = dlarger[:, : 2 * rows : 2], dlarger[:, 1::2]
        first = np.greater_equal(larger[:, : 2 * rows : 2], larger[:, 1::2], out=self._first_down[:n])
        np.multiply(dy[:, :rows], first, out=upper)
        np.subtract(dy[:, :rows], upper, out=lower)
        dlarger[:, 2 * rows :] = dy[:, rows:]

        x, dx = self._in_windows(x), self._in_windows(dx)
        left, right = dx[:, :, : 2 * columns : 2], dx[:, :, 1::2]
        first = np.greater_equal(x[:, :, : 2 * columns : 2], x[:, :, 1::2], out=self._first_across[:n])
        np.multiply(dlarger[:, :, :columns], first, out=left)
        np.subtract(dlarger[:, :, :columns], left, out=right)
        dx[:, :, 2 * columns :] = dlarger[:, :, columns:]

    def _larger_across(self, x: Array) -> Array:
        """The larger of each horizontal pair: (n, used H, OW, C)."""
        x, larger, columns = self._in_windows(x), self._larger[: len(x)], self._used[1] // 2
        np.maximum(x[:, :, : 2 * columns : 2], x[:, :, 1::2], out=larger[:, :, :columns])
        larger[:, :, columns:] = x[:, :, 2 * columns :]
        return larger

    def _in_windows(self, x: Array) -> Array:
        return x[:, : self._used[0], : self._used[1]]
