"""Changed drawings of the shapes: with two pixels flipped, or moved by one pixel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tutor.datasets import drawings
from tutor.datasets.shapes import NAMES, PIXELS
from tutor.engine.parameters import Array
from tutor.labs.kit.sheet import Sheet

PAIRS = np.array(list(combinations(range(PIXELS), 2)))
"""All pairs of two different pixels, (300, 2)."""

Drawing = NDArray[np.float64]


def flipped_in_pairs(drawing: Drawing) -> Drawing:
    """The drawing (5, 5) with each pair of ``PAIRS`` flipped in turn: (300, 25)."""
    rows = np.repeat(drawing.reshape(1, PIXELS), len(PAIRS), axis=0)
    at = np.arange(len(PAIRS))[:, None]
    rows[at, PAIRS] = 1 - rows[at, PAIRS]
    return rows


def overlap(drawing: Drawing, rows: int, columns: int) -> int:
    """How many pixels are on both in the drawing and in the drawing moved by ``rows`` and ``columns``."""
    moved = drawings.shifted(drawing, rows, columns)
    return int(((drawing > 0) & (moved > 0)).sum())


def fill_changed(
    sheet: Sheet,
    shape_of: Callable[[str], Drawing],
    shape: str,
    predict: Callable[[Drawing], Array],
    shifts: Mapping[str, tuple[int, int]],
) -> None:
    """Put the results for changed drawings on the sheet. ``predict`` gives confidences (rows, 5) for drawings."""
    sheet.number("pixel_pairs", "ways to flip two pixels", len(PAIRS), digits=0)

    def right() -> list[int]:
        answers = [predict(flipped_in_pairs(shape_of(each))).argmax(axis=1) for each in NAMES]
        return [int((answer == number).sum()) for number, answer in enumerate(answers)]

    sheet.vector("pairs_right", f"right, of {len(PAIRS)} with two pixels flipped", NAMES, right, digits=0)
    ways = tuple(shift.removeprefix("shift_") for shift in shifts)
    sheet.vector(
        "moved_overlap", f"pixels of {shape} on its own when moved", ways,
        lambda: [overlap(shape_of(shape), *by) for by in shifts.values()], digits=0,
    )  # fmt: skip
