"""Three convolutions instead of four: Winograd's minimal filtering, F(2, 2), along the rows.

Take the even rows k₀ and the odd rows k₁ of the kernel, and every second row of the padded image from row 0, 1 and 2:
d₀, d₁, d₂. Four convolutions (∗) of half the size give the even and the odd rows of y; a shared term reduces them to
three:

    y_even = k₀∗d₀ + k₁∗d₁ = k₀∗(d₀ − d₁) + (k₀ + k₁)∗d₁
    y_odd  = k₀∗d₁ + k₁∗d₂ = (k₀ + k₁)∗d₁ − k₁∗(d₁ − d₂)

The only new arithmetic is sums and differences, so rounding errors stay of the same size. This saves a quarter of the
products; the added sums are far fewer if there are many channels and the kernel is large.
"""

from __future__ import annotations

import numpy as np

from tutor.engine.fast.columns import Floating, Geometry, RowColumns
from tutor.engine.padding import Array

_EVEN, _ODD = slice(0, None, 2), slice(1, None, 2)


def is_worthwhile(geometry: Geometry) -> bool:
    """Whether kernel and output have an even number of rows, and enough of them to gain from it."""
    height, rows = geometry.kernel[0], geometry.output[0]
    return geometry.strides == (1, 1) and height >= 4 and height % 2 == 0 and rows >= 8


class MinimalFiltering:
    """A layout as in ``columns``, with the same rules, for strides of 1 and kernels with an even height.

    The three convolutions, in the order of the formulas, are index 0, 1 and 2 of all buffers.
    """

    def __init__(self, geometry: Geometry, batch: int, dtype: Floating) -> None:
        self._g = g = geometry
        pairs, half = (g.output[0] + 1) // 2, g.kernel[0] // 2
        image, kernel = (pairs + half - 1, g.padded[1]), (half, g.kernel[1])
        self._half = RowColumns(Geometry(image, g.channels, kernel, g.filters, (1, 1), "valid"), batch, dtype)
        self.samples = n = self._half.samples
        # With an odd number of output rows this is one row of zeros more than the padding.
        self._padded = np.zeros((n, 2 * image[0] + 1, image[1], g.channels), dtype)
        self._d = tuple(self._padded[:, i : i + 2 * image[0] - 1 : 2] for i in range(3))
        self._images = np.empty((3, n, *image, g.channels), dtype)
        self._kernels = np.empty((3, *kernel, g.channels, g.filters), dtype)
        self._dkernels = np.empty_like(self._kernels)
        self._products = np.empty((3, n, pairs, g.output[1], g.filters), dtype)
        self._no_bias, self._unused = np.zeros(g.filters, dtype), np.zeros(g.filters, dtype)

    def forward(self, x: Array, kernel: Array, bias: Array, y: Array) -> None:
        """As in ``Columns``."""
        images, products, odd = self._fill(x, kernel), self._products[:, : len(x)], y.shape[1] // 2
        # The shared convolution is in every y once, so it carries the bias.
        for i, added in enumerate((self._no_bias, bias, self._no_bias)):
            self._half.forward(images[i], self._kernels[i], added, products[i])
        np.add(products[0], products[1], out=y[:, _EVEN])
        np.subtract(products[1, :, :odd], products[2, :, :odd], out=y[:, _ODD])

    def backward(self, dy: Array, x: Array, kernel: Array, dkernel: Array, dbias: Array, dx: Array | None) -> None:
        """As in ``Columns``."""
        images, dproducts, odd = self._fill(x, kernel), self._products[:, : len(x)], dy.shape[1] // 2
        dproducts[:2] = dy[:, _EVEN]
        dproducts[2, :, odd:] = 0
        np.add(dproducts[1, :, :odd], dy[:, _ODD], out=dproducts[1, :, :odd])
        np.negative(dy[:, _ODD], out=dproducts[2, :, :odd])
        self._dkernels.fill(0)
        for i, dadded in enumerate((self._unused, dbias, self._unused)):
            # The image is no longer needed, so its gradient overwrites it.
            dimage = None if dx is None else images[i]
            self._half.backward(dproducts[i], images[i], self._kernels[i], self._dkernels[i], dadded, dimage)
        for rows, own in ((_EVEN, 0), (_ODD, 2)):
            dkernel[rows] += self._dkernels[own]
            dkernel[rows] += self._dkernels[1]
        if dx is not None:
            self._back(images, dx)

    def _fill(self, x: Array, kernel: Array) -> Array:
        """Prepare the three kernels and return the three images: (3, n, pairs + KH/2 − 1, padded W, C)."""
        n = len(x)
        np.copyto(self._g.inside(self._padded[:n]), x)
        d0, d1, d2 = (d[:n] for d in self._d)
        images, kernels = self._images[:, :n], self._kernels
        np.subtract(d0, d1, out=images[0])
        np.copyto(images[1], d1)
        np.subtract(d1, d2, out=images[2])
        np.copyto(kernels[0], kernel[_EVEN])
        np.add(kernel[_EVEN], kernel[_ODD], out=kernels[1])
        np.copyto(kernels[2], kernel[_ODD])
        return images

    def _back(self, dimages: Array, dx: Array) -> None:
        """``_fill`` in reverse, for the image."""
        padded = self._padded[: len(dx)]
        padded.fill(0)
        d0, d1, d2 = (d[: len(dx)] for d in self._d)
        np.copyto(d0, dimages[0])
        np.subtract(dimages[1], dimages[0], out=d1)
        np.add(d1, dimages[2], out=d1)
        np.subtract(d2, dimages[2], out=d2)
        np.copyto(dx, self._g.inside(padded))
        # Forward fills only the inside and relies on zeros around it.
        padded.fill(0)
