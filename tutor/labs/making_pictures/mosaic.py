"""Several drawings of 5×5 pixels as one picture, in rows and columns with a gap between."""

from __future__ import annotations

import numpy as np

from tutor.datasets.shapes import PIXELS, SIDE
from tutor.engine.derivations.cells import Cells, stacked
from tutor.labs.kit.sheet import Sheet

PITCH = SIDE + 1
"""From a pixel of one drawing to the same of the next: the drawing and the gap."""


def mosaic(sheet: Sheet, drawings: Cells, down: int, across: int) -> Cells:
    """Drawings (down·across, 25) in reading order, as one table of pixels, with empty paper in the gaps."""
    count = down * across
    paper = sheet.give("paper", np.zeros(PIXELS))
    framed = stacked([*(drawings[i] for i in range(count)), paper])

    def origin(at: tuple[int, ...]) -> tuple[int, ...]:
        (row, y), (column, x) = (divmod(i, PITCH) for i in at)
        return (count, 0) if SIDE in (y, x) else (row * across + column, y * SIDE + x)

    return framed.viewed((down * PITCH - 1, across * PITCH - 1), origin)
