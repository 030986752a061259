"""The pixels that a window covers, and the windows that cover a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.engine.derivations.rules.recorded import RecordedLayer
from tutor.engine.layers import AveragePooling2D, Conv2D, MaxPooling2D
from tutor.engine.padding import Padding, Size, added


@dataclass(frozen=True)
class Windows:
    """A window of ``size`` that moves over an ``image`` by ``strides``; ``output`` is the number of positions."""

    size: Size
    strides: Size
    image: Size
    output: Size
    before: Size  # rows of padding above the image, columns to its left

    def pixels(self, h: int, w: int) -> Iterator[tuple[int, int, int, int]]:
        """(i, j, y, x) for the window at position (h, w): under its (i, j) lies the image's pixel (y, x).

        In reading order, without the padding.
        """
        for i, y in self._under(h, 0):
            for j, x in self._under(w, 1):
                yield i, j, y, x

    def over(self, y: int, x: int) -> Iterator[tuple[int, int, int, int]]:
        """(i, j, h, w) for all windows over the pixel (y, x): it lies under (i, j) of the window at position (h, w)."""
        for i, h in self._above(y, 0):
            for j, w in self._above(x, 1):
                yield i, j, h, w

    def under(self, i: int, j: int) -> Iterator[tuple[int, int, int, int]]:
        """(h, w, y, x) for all positions (h, w): under (i, j) of that window lies the pixel (y, x)."""
        for h in range(self.output[0]):
            for w in range(self.output[1]):
                y, x = self._pixel(h, i, 0), self._pixel(w, j, 1)
                if 0 <= y < self.image[0] and 0 <= x < self.image[1]:
                    yield h, w, y, x

    def clipped_at(self, h: int, w: int) -> bool:
        """Whether the window at (h, w) lies partly in the padding."""
        return len(list(self.pixels(h, w))) < self.size[0] * self.size[1]

    def _pixel(self, position: int, i: int, axis: int) -> int:
        return position * self.strides[axis] + i - self.before[axis]

    def _under(self, position: int, axis: int) -> list[tuple[int, int]]:
        under = ((i, self._pixel(position, i, axis)) for i in range(self.size[axis]))
        return [(i, pixel) for i, pixel in under if 0 <= pixel < self.image[axis]]

    def _above(self, pixel: int, axis: int) -> list[tuple[int, int]]:
        above = ((i, divmod(pixel + self.before[axis] - i, self.strides[axis])) for i in range(self.size[axis]))
        return [(i, position) for i, (position, rest) in above if rest == 0 and 0 <= position < self.output[axis]]


def windows_of(at: RecordedLayer) -> Windows:
    """The windows of a Conv2D or a pooling layer."""
    layer = at.layer
    assert isinstance(layer, Conv2D | MaxPooling2D | AveragePooling2D)
    size = layer.kernel_size if isinstance(layer, Conv2D) else layer.pool_size
    strides, padding = layer.strides or size, layer.padding
    _, height, width, _ = at.input_shape
    before = (_before(height, size[0], strides[0], padding), _before(width, size[1], strides[1], padding))
    return Windows(size, strides, (height, width), (at.output_shape[1], at.output_shape[2]), before)


def _before(pixels: int, size: int, stride: int, padding: Padding) -> int:
    return added(pixels, size, stride, padding)[0]
