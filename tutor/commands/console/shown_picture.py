"""A network's input picture in characters: two rows of pixels per line."""

from __future__ import annotations

import math
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from tutor.engine.parameters import Array

BLOCKS = " ▄▀█"
SHADES = " .:-=+*#%@"
# A pixel with at least half the ink of the darkest one is drawn as a block.
DARK = 0.5


def has_blocks(stream: TextIO) -> bool:
    """Whether the stream can encode half blocks."""
    try:
        BLOCKS.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def shown_picture(row: Array, *, blocks: bool) -> tuple[str, ...]:
    """``row``, (side · side,) or (side, side, 1), as lines of half ``blocks``, or of shades for the mean of two pixels.

    Empty for a row that is not a square.
    """
    side = math.isqrt(row.size)
    if side * side != row.size:
        return ()
    picture = row.reshape(side, side).astype(np.float64)
    high = float(picture.max())
    share = np.clip(picture / high, 0, 1) if high > 0 else np.zeros_like(picture)
    share = np.vstack([share, np.zeros((side % 2, side))])
    lines = _blocks(share) if blocks else _shades(share)
    return tuple(f"  |{line}|" for line in lines)


def _blocks(share: NDArray[np.float64]) -> list[str]:
    dark = share >= DARK
    return ["".join(BLOCKS[2 * up + low] for up, low in zip(*pair, strict=True)) for pair in _pairs(dark.astype(int))]


def _shades(share: NDArray[np.float64]) -> list[str]:
    means = ((up + low) / 2 for up, low in _pairs(share))
    return ["".join(SHADES[min(len(SHADES) - 1, int(v * len(SHADES)))] for v in mean) for mean in means]


def _pairs(picture: NDArray[np.float64] | NDArray[np.int_]) -> list[NDArray[np.float64] | NDArray[np.int_]]:
    """The rows of the picture in pairs."""
    return list(picture.reshape(-1, 2, picture.shape[1]))
