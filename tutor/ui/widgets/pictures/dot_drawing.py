"""Rows of dots above a common axis, with the mean of each row and the band of its spread.

With room a dot is a block, its middle at its value; blocks that would cover each other are piled up. Many dots, whose
piles would be too high, are a histogram.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual.content import Content

from tutor.ui.axes import nice_ticks, tick_text
from tutor.ui.palette import BACKWARD, NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import fit
from tutor.ui.widgets.pictures.braille import Cell, joined, write
from tutor.ui.widgets.pictures.dot_piles import dot_blocks, pile_levels, row_heights

LEAST_ROW, LIKED_ROW, MOST_ROW = 2, 4, 14
"""Lines of a row: its dots and the line below them; with room, dots are blocks, stacked and named."""
_FEW, _SHORT = 8, 2
_BIN = 3
"""The columns of a bar of a histogram."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"
"""Of so many dots each has its label above it, if that is short."""
_LONGEST_LABEL, _NARROWEST_PLOT = 12, 8
ENOUGH = 24
"""The cells that a plot likes to have: with fewer, labels and words stand above it and not beside it."""
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


def note_width(rows: Sequence[Dots]) -> int:
    """The cells for the words on the right, with two blanks before them; none without words."""
    notes = max((cell_len(row.note) for row in rows), default=0)
    return notes + 2 if notes else 0


def draw_dots(
    rows: Sequence[Dots], low: float, high: float, width: int, height: int, plain: bool = False
) -> list[Content]:
    """The rows from ``low`` to ``high`` in at most ``height`` lines of ``width`` cells, the last with the axis.

    Where the width is too small for everything, labels and words stand above the dots; without the height for that,
    the words at the right go first, then the labels. Rows without dots, as those that are covered, leave their room to
    the others. ``plain`` draws no blocks.
    """
    if width < 1:
        return []
    left = min(label_width(rows), max(0, width - _NARROWEST_PLOT))
    notes = note_width(rows)
    beside = notes if notes and width - left - notes >= _NARROWEST_PLOT else 1
    room = max(1, width - left - beside)
    tall = row_heights([len(_finite(row)) for row in rows], height - 1, LEAST_ROW)
    above = (
        notes > 0 and room < ENOUGH and all(up >= LEAST_ROW + _equal(row) for up, row in zip(tall, rows, strict=True))
    )
    if above:
        left, room = 0, max(1, width - 1)

    def column(value: float) -> int:
        share = min(1.0, max(0.0, (value - low) / ((high - low) or 1.0)))
        return left + round(share * (room - 1))

    free = [lines - 1 - above for lines in tall]
    blocks = [(1, 1)] * len(rows)
    if not plain:
        blocks = dot_blocks([[column(value) for _, value in _finite(row)] for row in rows], room, free)
    lines: list[Content] = []
    for number, row in enumerate(rows):
        place = _Place(column, left, room, width, free[number] + 1, blocks[number], histogram=not plain)
        if above:
            lines.append(_heading(row, width))
        shown = replace(row, label="", note="") if above else row if beside > 1 else replace(row, note="")
        lines += _draw_row(shown, place, _COLOURS[number % len(_COLOURS)])
    lines = lines[: max(0, height - 1)]
    return [*lines, _axis(low, high, column, width, room)][: max(0, height)]


def _finite(row: Dots) -> list[tuple[str, float]]:
    return [(label, value) for label, value in row.dots if math.isfinite(value)]


def _equal(row: Dots) -> int:
    """The most dots of the same value, which are piled up in any width."""
    return max(Counter(value for _, value in _finite(row)).values(), default=0)


def _heading(row: Dots, width: int) -> Content:
    """The label and the words of a row on a line of their own."""
    cells: list[Cell] = [(" ", "")] * width
    write(cells, 0, row.label, "bold")
    write(cells, max(0, width - cell_len(row.note)), row.note, "")
    return joined(cells)


@dataclass(frozen=True)
class _Place:
    """Where a row is: the column of a value, the columns of the plot, its size, and that of a block for a dot."""

    column: Callable[[float], int]
    left: int
    room: int
    width: int
    height: int
    block: tuple[int, int]
    histogram: bool
    """Whether many dots in single cells are drawn as one."""


def _draw_row(row: Dots, place: _Place, colour: str) -> list[Content]:
    cells: list[list[Cell]] = [[(" ", "")] * place.width for _ in range(place.height)]
    end = min(place.width, place.left + place.room)
    mean, spread = (None if v is None or not math.isfinite(v) else v for v in (row.mean, row.spread))
    if mean is not None and spread is not None:
        first, last = place.column(mean - spread), place.column(mean + spread)
        for line in cells[:-1]:
            for x in range(first, min(place.width, last + 1)):
                line[x] = ("░", f"dim {colour}")
    for x in range(place.left, end):
        cells[-1][x] = ("─", "dim")
    dots = [(label, place.column(value)) for label, value in _finite(row)]
    levels = pile_levels([at for _, at in dots], place.block[0])
    too_high = max(levels, default=0) >= place.height - 1 > 0
    histogram = place.histogram and place.block == (1, 1) and (len(dots) > _FEW or too_high)
    if histogram:
        _draw_histogram(cells, [at for _, at in dots], place, colour)
    else:
        for (_, at), level in zip(dots, levels, strict=True):
            _draw_block(cells, at, level, place, colour)
    if mean is not None:
        _draw_mean(cells, place.column(mean), colour)
    for (label, at), level in [] if histogram else zip(dots, levels, strict=True):
        _name(cells, label, at, level, place, colour, few=len(dots) <= _FEW)
    write(cells[-1], 0, fit(row.label, max(0, place.left - 1)), "bold")
    write(cells[-1], place.left + place.room + 1, row.note, "")
    return [joined(line) for line in cells]


def _draw_block(cells: list[list[Cell]], at: int, level: int, place: _Place, colour: str) -> None:
    wide, tall = place.block
    bottom = place.height - 2 - level * tall
    for line in range(tall):
        y = bottom - line
        if wide == 1 and y >= 0:
            cells[y][at] = ("●", f"bold {colour}")
        elif y >= 0:
            # An eighth of its first line is free, so that those of a pile are told apart.
            sign = "▇" if line == tall - 1 else "█"
            first, last = max(place.left, at - wide // 2), min(place.left + place.room, at + wide // 2 + 1)
            write(cells[y], first, sign * (last - first), colour)


def _draw_histogram(cells: list[list[Cell]], columns: Sequence[int], place: _Place, colour: str) -> None:
    """Bars as high as there are dots at their columns: a line for each, or less where that is too high."""
    counts = Counter((column - place.left) // _BIN for column in columns)
    each = min(1.0, (place.height - 1) / max(counts.values()))
    for number, count in counts.items():
        full, eighths = divmod(max(1, round(8 * count * each)), 8)
        first = place.left + number * _BIN
        wide = min(_BIN, place.left + place.room - first)
        for line in range(full):
            write(cells[place.height - 2 - line], first, "█" * wide, colour)
        if eighths:
            write(cells[place.height - 2 - full], first, _EIGHTHS[eighths] * wide, colour)


def _draw_mean(cells: list[list[Cell]], at: int, colour: str) -> None:
    for line in cells[:-1]:
        if line[at][0] != "●":
            line[at] = ("│", f"bold reverse {colour}" if line[at][0] in _EIGHTHS[1:] else "bold")
    cells[-1][at] = ("┴", "bold")


def _name(
    cells: list[list[Cell]], label: str, at: int, level: int, place: _Place, colour: str, *, few: bool
) -> None:  # fmt: skip
    """Write a dot's label into its block, or above it."""
    wide, tall = place.block
    long, bottom = cell_len(label), place.height - 2 - level * tall
    x = at - long // 2
    if wide >= long + 2 and tall >= 2 and bottom >= 0 and place.left <= x and x + long <= place.left + place.room:
        write(cells[bottom - (tall - 1) // 2], x, label, f"bold reverse {colour}")
    elif few and long <= _SHORT and (above := bottom - tall) >= 0 and cells[above][x][0] in " ░":
        write(cells[above], x, label, "dim")


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
