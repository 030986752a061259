"""The pictures of pooling: the window over the picture, windows in a row, noise in dots, what reaches Dense."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells
from tutor.engine.pooling import average_pool, max_pool
from tutor.labs.kit.charts import BarPanel, DotRow
from tutor.labs.kit.readouts import Picture, Tile
from tutor.labs.kit.sheet import Sheet

FIRST_WINDOWS = 3
MOST_WINDOWS, WIDEST = 30, 120

Window = tuple[int, int, int, int]


def fill_over(sheet: Sheet, x: Cells, window: Window, winners: tuple[tuple[int, int], ...]) -> None:
    """The picture under its window without a mark, and with the winners of all windows marked."""
    low, high = min(0.0, float(x.values.min())), max(9.0, float(x.values.max()))
    for name, label, tile in (
        ("over", "picture", Tile("picture", (), window=window)),
        ("winners", "the winners", Tile("", (), winners, window)),
    ):
        sheet.picture(name, label, ((tile, x),), low=low, high=high, signed=low < 0, digits=0, numbered=True)


def fill_windows(sheet: Sheet, side: int, pool: int, stride: int) -> None:
    """A row of pixels for each window, with its pixels lit: the first few, and all of them."""
    sheet.show(
        "first_windows",
        lambda: _windows("first_windows", "the first windows", side, pool, stride, FIRST_WINDOWS),
        counted=True,
    )
    sheet.show("windows", lambda: _windows("windows", "all windows", side, pool, stride, MOST_WINDOWS), counted=True)


def _windows(name: str, label: str, side: int, pool: int, stride: int, most: int) -> Picture:
    starts = range(0, max(1, side - pool + 1), stride)[:most]
    shown = min(side, WIDEST)
    rows = tuple(tuple(float(start <= x < start + pool) for x in range(shown)) for start in starts)
    return Picture(
        name, f"{label} over {side} pixels", (Tile("", rows),), digits=0, row_axis=("window", 1, len(starts))
    )


def fill_noise(sheet: Sheet, picture: NDArray[np.float64], size: int, stride: int) -> None:
    """The pixels, and the largest and the mean of each window, as dots on one line."""
    windows = ((size, size), (stride, stride))
    x = sheet["x"]
    side = len(picture)
    pixels = x.viewed((side * side,), lambda at: divmod(at[0], side))
    rows: list[tuple[DotRow, Cells, None, None]] = [
        (DotRow("pixels", tuple(map(str, range(1, side * side + 1)))), pixels, None, None)
    ]
    for name, label, pooled in (
        ("maxima", "max", max_pool(picture[None, ..., None], *windows, "valid")),
        ("means", "average", average_pool(picture[None, ..., None], *windows, "valid")),
    ):
        values = pooled.ravel()
        labels = tuple(map(str, range(1, len(values) + 1)))
        cells = sheet.vector(name, f"{label} of each window", labels, sheet.give(f"{label} of windows", values))
        rows.append((DotRow(label, labels), cells, None, None))
    sheet.dots("noise", "pixels, and what becomes of them", rows)


def fill_heads(sheet: Sheet, head: Cells) -> None:
    """What reaches the Dense layer, and its weights, as bars."""
    numbers = head.viewed((2,), lambda at: (2 * at[0],))
    weights = head.viewed((2,), lambda at: (2 * at[0] + 1,))
    names = ("flat", "global")
    panels = [(BarPanel("numbers", names, digits=0), numbers), (BarPanel("weights", names, digits=0), weights)]
    sheet.bars("heads", "what reaches Dense, and its weights", panels)
