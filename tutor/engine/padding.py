"""How a window moves over an image: where it starts, how often it fits, and what lies beyond the edge.

A window is that of a convolution's kernel or of pooling. Images are (batch, height, width, channels), as in Keras.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Size = tuple[int, int]
Padding = Literal["same", "valid"]
Tap = tuple[int, int, tuple[slice, slice, slice]]


class WindowError(ValueError):
    """A window does not fit into its image; the message gives both sizes."""


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Rows to add (before, after) so that the output has ⌈size / stride⌉ rows.

    If the number to add is odd, the extra row goes after, as in Keras (``tf.nn.convolution``): a kernel of 12
    on 50 rows gets (5, 6). PyTorch users expect symmetric padding, which an even kernel does not allow.
    """
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def added(size: int, kernel: int, stride: int, padding: Padding) -> tuple[int, int]:
    """Rows to add (before, after) under ``padding``: none when it is 'valid'."""
    return same_padding(size, kernel, stride) if padding == "same" else (0, 0)


def output_size(size: int, kernel: int, stride: int, padding: Padding) -> int:
    """How many positions a window of ``kernel`` rows has along ``size`` rows when it moves by ``stride``.

    Under 'valid' every window lies wholly inside, and rows at the end that fill no window are left out. Raises
    ``WindowError`` if not even the first window fits.
    """
    if padding == "same":
        return -(-size // stride)
    if kernel > size:
        raise WindowError(
            f"a window {kernel} wide does not fit into an input {size} wide; "
            f"make it smaller, or use padding 'same', which adds zeros around the input"
        )
    return (size - kernel) // stride + 1


def output_image(image: Size, kernel: Size, strides: Size, padding: Padding) -> Size:
    """``output_size`` for (height, width)."""
    height, width = (output_size(n, k, s, padding) for n, k, s in zip(image, kernel, strides, strict=True))
    return height, width


def pad(x: Array, kernel: Size, strides: Size, padding: Padding, value: float = 0.0) -> Array:
    """``x`` (batch, H, W, C) with a border of ``value`` as wide as ``padding`` requires."""
    rows = added(x.shape[1], kernel[0], strides[0], padding)
    columns = added(x.shape[2], kernel[1], strides[1], padding)
    return np.pad(x, ((0, 0), rows, columns, (0, 0)), constant_values=value)


def unpad(padded: Array, image: Size, kernel: Size, strides: Size, padding: Padding) -> Array:
    """Undo ``pad``: the inner (batch, H, W, C) for an image of (H, W)."""
    top, _ = added(image[0], kernel[0], strides[0], padding)
    left, _ = added(image[1], kernel[1], strides[1], padding)
    return padded[:, top : top + image[0], left : left + image[1]]


def taps(kernel: Size, strides: Size, output: Size) -> Iterator[Tap]:
    """For each position (i, j) in the window, row by row: i, j, and an index into the padded image.

    ``padded[index]`` is (batch, OH, OW, C): for each of the (OH, OW) ``output`` positions, the pixel under (i, j) of
    its window.
    """
    for i in range(kernel[0]):
        rows = slice(i, i + (output[0] - 1) * strides[0] + 1, strides[0])
        for j in range(kernel[1]):
            yield i, j, (slice(None), rows, slice(j, j + (output[1] - 1) * strides[1] + 1, strides[1]))
