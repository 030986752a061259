"""Two-dimensional convolution, written out as a sum.

As in every deep-learning library this is cross-correlation: the kernel is not flipped. Training uses
``fast.convolution``, which is tested against this one; a trace records this one.
"""

from __future__ import annotations

import numpy as np

from tutor.engine.padding import Array, Padding, Size, output_image, pad, taps, unpad


def conv2d(x: Array, kernel: Array, bias: Array | None, strides: Size = (1, 1), padding: Padding = "valid") -> Array:
    """y[b,h,w,f] = Σ_ijc x[b, h·s+i, w·s+j, c] · kernel[i,j,c,f] + bias[f], with x padded.

    ``x`` (batch, H, W, C), ``kernel`` (KH, KW, C, F), ``bias`` (F,) or none; the result is (batch, OH, OW, F).
    Raises ``WindowError`` for a kernel larger than the image under 'valid'.
    """
    size, output = _geometry(x, kernel, strides, padding)
    padded = pad(x, size, strides, padding)
    y = np.zeros((len(x), *output, kernel.shape[3]), dtype=x.dtype)
    for i, j, under in taps(size, strides, output):
        y += padded[under] @ kernel[i, j]  # (batch, OH, OW, C) @ (C, F)
    return y if bias is None else y + bias


def conv2d_gradients(
    dy: Array, x: Array, kernel: Array, strides: Size = (1, 1), padding: Padding = "valid"
) -> tuple[Array, Array, Array]:
    """From ``dy`` (batch, OH, OW, F), the gradients (dx, dkernel, dbias), in the shapes of x, kernel and bias.

    Each product x·kernel in some y sends dy·kernel back to its x and dy·x to its kernel.
    """
    size, output = _geometry(x, kernel, strides, padding)
    padded = pad(x, size, strides, padding)
    dpadded, dkernel = np.zeros_like(padded), np.zeros_like(kernel)
    for i, j, under in taps(size, strides, output):
        dpadded[under] += dy @ kernel[i, j].T  # (batch, OH, OW, F) @ (F, C)
        dkernel[i, j] = np.tensordot(padded[under], dy, axes=((0, 1, 2), (0, 1, 2)))  # (C, F)
    return unpad(dpadded, _image(x), size, strides, padding), dkernel, dy.sum(axis=(0, 1, 2))


def _image(x: Array) -> Size:
    return x.shape[1], x.shape[2]


def _geometry(x: Array, kernel: Array, strides: Size, padding: Padding) -> tuple[Size, Size]:
    """The kernel's (KH, KW) and the output's (OH, OW)."""
    size = (kernel.shape[0], kernel.shape[1])
    return size, output_image(_image(x), size, strides, padding)
