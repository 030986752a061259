"""The pictures of the lab of the next letter."""

from __future__ import annotations

import numpy as np

from tutor.engine.derivations.cells import Cells, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.next_letter.counting import LABELS

HALF = 14
"""Bars for 27 letters stand in two rows: the mark to m, n to z."""
COMMONEST = 8


def letter_bars(sheet: Sheet, name: str, label: str, row: Cells, digits: int, marked: tuple[str, ...] = ()) -> None:
    """A number for each of the 27 letters (27,), as two panels of bars on one scale."""
    high = float(row.values.max())
    panels = []
    for first, end in ((0, HALF), (HALF, len(LABELS))):
        cells = stacked([row[i] for i in range(first, end)])
        title = f"{LABELS[first]} to {LABELS[end - 1]}"
        panels.append((BarPanel(title, LABELS[first:end], high=high or None, digits=digits, marked=marked), cells))
    sheet.bars(name, label, panels)


def heat_map(sheet: Sheet, name: str, label: str, cells: Cells, **how: object) -> None:
    """A table (27, 27) as colours: a row for the letter given, a column for the one that follows."""
    tile = [(Tile(label, ()), cells)]
    sheet.picture(name, label, tile, row_labels=LABELS, column_labels=LABELS, **how)


def staircase(sheet: Sheet, name: str, label: str, row: Cells, cumulated: Cells, u: float) -> None:
    """The cumulated p of each letter that is possible, with the random number as a level behind the bars.

    The first bar that rises above it is the letter's.
    """
    there = np.flatnonzero(row.values).tolist()
    half = len(there) if len(there) <= HALF else -(-len(there) // 2)
    panels = []
    for part in filter(None, (there[:half], there[half:])):
        labels, cells = tuple(LABELS[i] for i in part), stacked([cumulated[i] for i in part])
        title = f"{labels[0]} to {labels[-1]}"
        panels.append((BarPanel(title, labels, high=1.0, digits=2, before=(u,) * len(part)), cells))
    sheet.bars(name, label, panels)
