"""Rows of dots above a common axis, with the mean of each row and the band of its spread."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual.content import Content

from tutor.ui.axes import nice_ticks, tick_text
from tutor.ui.palette import BACKWARD, NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import fit
from tutor.ui.widgets.pictures.braille import Cell, joined, write

LEAST_ROW, LIKED_ROW = 2, 4
"""Lines of a row: its dots and the line below them; with room, dots are stacked and named."""
_LONGEST_LABEL, _NARROWEST_PLOT = 12, 8
_COLOURS = (POSITIVE, NEGATIVE, "$text-success", BACKWARD, "$text-secondary")


@dataclass(frozen=True)
class Dots:
    """A row: its label, dots as (label, value), its mean and its spread; covered numbers are left out."""

    label: str
    dots: tuple[tuple[str, float], ...]
    mean: float | None = None
    spread: float | None = None
    note: str = ""
    """Words at the right end of the row."""


def label_width(rows: Sequence[Dots]) -> int:
    """The cells for the labels on the left, with a blank after them."""
    return 1 + min(_LONGEST_LABEL, max((cell_len(row.label) for row in rows), default=0))


def draw_dots(rows: Sequence[Dots], low: float, high: float, width: int, height: int) -> list[Content]:
    """The rows from ``low`` to ``high`` in at most ``height`` lines of ``width`` cells, the last with the axis.

    Where the width is too small for everything, the words at the right go first, then the labels.
    """
    if width < 1:
        return []
    left = min(label_width(rows), max(0, width - _NARROWEST_PLOT))
    notes = max((cell_len(row.note) for row in rows), default=0)
    beside = notes + 2 if notes and width - left - notes - 2 >= _NARROWEST_PLOT else 1
    room = max(1, width - left - beside)
    each = max(LEAST_ROW, (height - 1) // max(1, len(rows)))

    def column(value: float) -> int:
        share = min(1.0, max(0.0, (value - low) / ((high - low) or 1.0)))
        return left + round(share * (room - 1))

    lines: list[Content] = []
    for number, row in enumerate(rows):
        shown = row if beside > 1 else replace(row, note="")
        lines += _draw_row(shown, column, left, room, width, each, _COLOURS[number % len(_COLOURS)])
    lines = lines[: max(0, height - 1)]
    return [*lines, _axis(low, high, column, width, room)][: max(0, height)]


def _draw_row(
    row: Dots, column: Callable[[float], int], left: int, room: int, width: int, height: int, colour: str
) -> list[Content]:
    cells: list[list[Cell]] = [[(" ", "")] * width for _ in range(height)]
    mean, spread = (None if v is None or not math.isfinite(v) else v for v in (row.mean, row.spread))
    if mean is not None and spread is not None:
        first, last = column(mean - spread), column(mean + spread)
        for line in cells[:-1]:
            for x in range(first, min(width, last + 1)):
                line[x] = ("░", f"dim {colour}")
    for x in range(left, min(width, left + room)):
        cells[-1][x] = ("─", "dim")
    if mean is not None:
        for line in cells[:-1]:
            line[column(mean)] = ("│", "bold")
        cells[-1][column(mean)] = ("┴", "bold")
    piled: dict[int, int] = {}
    for label, value in row.dots:
        if not math.isfinite(value):
            continue
        x = column(value)
        up = piled[x] = piled.get(x, 0) + 1
        if up < height:
            cells[height - 1 - up][x] = ("●", f"bold {colour}")
            above = height - 2 - up
            if len(row.dots) <= 8 and above >= 0 and cell_len(label) <= 2:
                write(cells[above], x, label, "dim")
    write(cells[-1], 0, fit(row.label, max(0, left - 1)), "bold")
    write(cells[-1], left + room + 1, row.note, "")
    return [joined(line) for line in cells]


def _axis(low: float, high: float, column: Callable[[float], int], width: int, room: int) -> Content:
    cells: list[Cell] = [(" ", "")] * width
    end = 0
    for tick in nice_ticks(low, high, max(2, room // 9)):
        text = tick_text(tick)
        x = min(width - cell_len(text), column(tick) - cell_len(text) // 2)
        if low <= tick <= high and x >= end:
            write(cells, x, text, "dim")
            end = x + cell_len(text) + 1
    return joined(cells)
