"""A round brush with a soft edge, like a pen in the pictures of digits and letters."""

from __future__ import annotations

import math
from collections.abc import Iterator

Pixels = tuple[tuple[float, ...], ...]

# In a picture 28 pixels wide a stroke is about two pixels wide; the brush grows with the picture.
_RADIUS_OF_A_SIDE = 0.6 / 28


def dabbed(
    pixels: Pixels, row: int, column: int, low: float = 0.0, high: float = 1.0, *, erase: bool = False
) -> Pixels:
    """The picture after the brush touched one pixel; ink never makes a pixel weaker.

    >>> dabbed(((0.0, 0.0), (0.0, 0.0)), 0, 0)[0][0]
    1.0
    """
    rows = [list(line) for line in pixels]
    for r, c, strength in _touched(row, column, len(rows), len(rows[0])):
        if erase:
            rows[r][c] = min(rows[r][c], high - strength * (high - low))
        else:
            rows[r][c] = max(rows[r][c], low + strength * (high - low))
    return tuple(map(tuple, rows))


def _touched(row: int, column: int, rows: int, columns: int) -> Iterator[tuple[int, int, float]]:
    """The pixels under the brush, each with its strength from 0 to 1."""
    radius = _RADIUS_OF_A_SIDE * max(rows, columns)
    reach = math.ceil(radius)
    for r in range(max(0, row - reach), min(rows, row + reach + 1)):
        for c in range(max(0, column - reach), min(columns, column + reach + 1)):
            strength = min(1.0, round(1 + radius - math.hypot(r - row, c - column), 3))
            if strength > 0:
                yield r, c, strength
