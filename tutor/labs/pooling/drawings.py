"""The pictures of pooling: the window over the picture, windows in a row, noise in dots, what reaches Dense."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells
from tutor.engine.pooling import average_pool, max_pool
from tutor.labs.kit.charts import BarPanel, DotRow
from tutor.labs.kit.readouts import Picture, Tile
from tutor.labs.kit.sheet import Sheet

FIRST_WINDOWS = 3
WIDEST, MOST_CHANNELS = 60, 6

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
    """A picture of ``side`` rows and columns with its windows in two shades: the first few, and all of them."""
    for name, label, most in (
        ("first_windows", "the first windows", FIRST_WINDOWS),
        ("windows", "all windows", WIDEST),
    ):
        sheet.show(name, partial(_windows, name, label, side, pool, stride, most), counted=True)


def _windows(name: str, label: str, side: int, pool: int, stride: int, most: int) -> Picture:
    """1 or 2 by turns where a window lies, a later one upon an earlier, and 0 where there is none."""
    shown = min(side, WIDEST)
    starts = range(0, max(1, side - pool + 1), stride)[:most]
    covered = np.zeros((shown, shown))
    for (i, top), (j, left) in product(enumerate(starts), repeat=2):
        covered[top : top + pool, left : left + pool] = 1 + (i + j) % 2
    part = "" if shown == side else f" on the first {shown} pixels"
    tile = Tile("", tuple(map(tuple, covered.tolist())))
    return Picture(name, f"{label}{part}, in two shades", (tile,), high=2.0, digits=0)


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


def fill_heads(sheet: Sheet, head: Cells, side: int, channels: int) -> None:
    """The last maps, by the order in which flatten takes their pixels; what reaches the Dense layer, as bars."""
    shown, wide = min(channels, MOST_CHANNELS), min(side, WIDEST)
    order = tuple(tuple(float(y * side + x + 1) for x in range(wide)) for y in range(wide))
    which = "" if shown == channels else f"{shown} of "
    label = f"{which}{channels} channels, pixels in order"
    tiles = tuple(Tile(str(c), order) for c in range(1, shown + 1))
    picture = Picture("last_maps", label, tiles, 1.0, float(side * side), digits=0)
    sheet.show("last_maps", lambda: picture, counted=True)
    numbers = head.viewed((2,), lambda at: (2 * at[0],))
    weights = head.viewed((2,), lambda at: (2 * at[0] + 1,))
    names = ("flat", "global")
    panels = [(BarPanel("numbers", names, digits=0), numbers), (BarPanel("weights", names, digits=0), weights)]
    sheet.bars("heads", "what reaches Dense, and its weights", panels)
