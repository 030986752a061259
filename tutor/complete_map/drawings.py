"""Black-and-white drawings of 5×5 pixels as numbers: pixel p, row by row, is bit p of the drawing's number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PIXELS = 25
DRAWINGS = 1 << PIXELS
"""How many drawings there are: 33,554,432."""

# The low bits are the columns of every table, the high ones its rows, so that a row is one block of work. Shorter
# blocks take longer on two threads, for Python runs between the loops of NumPy; longer ones leave the core's cache.
LOW_BITS = 13
COLUMNS = 1 << LOW_BITS
ROWS = DRAWINGS // COLUMNS

Numbers = NDArray[np.int64]


def bits(count: int) -> NDArray[np.float64]:
    """Every row of ``count`` pixels, (2^count, count): row n has the bits of n, the lowest first."""
    return ((np.arange(1 << count)[:, None] >> np.arange(count)) & 1).astype(np.float64)


def pixels_of(numbers: Numbers | list[int] | int) -> NDArray[np.float64]:
    """The pixels (…, 25) of drawings by number."""
    return ((np.asarray(numbers)[..., None] >> np.arange(PIXELS)) & 1).astype(np.float64)


def number_of(pixels: NDArray[np.floating]) -> int:
    """The number of a drawing of 25 pixels, each 0 or 1. Raises ``ValueError`` for any other pixel."""
    flat = np.asarray(pixels).ravel()
    if flat.size != PIXELS or not np.isin(flat, (0, 1)).all():
        raise ValueError("a drawing has 25 pixels, each 0 or 1")
    return int((flat.astype(np.int64) << np.arange(PIXELS)).sum())


def flips_between(numbers: Numbers | int, other: int) -> NDArray[np.uint8]:
    """In how many pixels each drawing differs from ``other``."""
    return np.bitwise_count(np.asarray(numbers) ^ other).astype(np.uint8)


def column_flips(number: int) -> NDArray[np.uint8]:
    """In how many of its low pixels each column (8192,) differs from the drawing ``number``."""
    return flips_between(np.arange(COLUMNS), number & (COLUMNS - 1))


def row_flips(number: int) -> NDArray[np.uint8]:
    """In how many of its high pixels each row (4096,) differs from the drawing ``number``."""
    return flips_between(np.arange(ROWS), number >> LOW_BITS)
