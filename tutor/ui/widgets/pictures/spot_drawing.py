"""Points on a plane as their labels, with arrows between them, in cells twice as tall as wide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from rich.cells import cell_len
from textual.content import Content

from tutor.labs.kit.charts import Scatter, Spot
from tutor.ui.axes import nice_ticks, same_unit, tick_text
from tutor.ui.palette import NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.pictures.arrow_drawing import arrow_dots
from tutor.ui.widgets.pictures.braille import DOTS, Cell, joined, write

STYLES = (f"bold reverse {POSITIVE}", f"bold {NEGATIVE}", "bold")
"""Of the first kind, which stands out without colours too, of the second, and of all others."""
_ARROW, _AXIS = "$text-secondary", "dim"
_BEYOND = 0.06
"""The share of the range that is left free around the points."""
_REACH = 3
"""How many cells beside its own a label may stand, where another is there already."""
_TICK_EVERY = 4, 10
"""The lines and the columns that a tick of an axis has."""


def style_of(scatter: Scatter, spot: Spot) -> str:
    """The style of a point's label."""
    kinds = scatter.kinds
    return STYLES[min(kinds.index(spot.kind), 2) if spot.kind else 2]


def draw_spots(scatter: Scatter, spots: Sequence[Spot], width: int, height: int) -> list[Content]:
    """The points among ``spots``, and arrows between those of them, in ``height`` lines, the last with the x axis."""
    rows = height - 1
    ends = _ends(spots)
    if rows < 1 or width < 8:
        return []
    up_ticks = _gutter(ends, rows)
    left = 1 + max(map(len, up_ticks), default=0)
    columns = width - left
    low_x, high_x, low_y, high_y = same_unit(*ends, columns, rows)

    def column(x: float) -> float:
        return (x - low_x) / (high_x - low_x) * (columns - 1)

    def row(y: float) -> float:
        return (high_y - y) / (high_y - low_y) * (rows - 1)

    cells: list[list[Cell]] = [[(" ", "")] * width for _ in range(rows + 1)]
    for y in nice_ticks(low_y, high_y, max(4, rows // _TICK_EVERY[0])):
        write(cells[round(row(y))], 0, tick_text(y)[: left - 1].rjust(left - 1), _AXIS)
    _cross(cells, left, columns, rows, round(row(0.0)), left + round(column(0.0)))
    end = 0
    for x in nice_ticks(low_x, high_x, max(4, columns // _TICK_EVERY[1])):
        text = tick_text(x)
        at = min(width - len(text), max(0, left + round(column(x)) - len(text) // 2))
        if at >= end:
            write(cells[rows], at, text, _AXIS)
            end = at + len(text) + 1
    places = {spot.label: (column(spot.x), row(spot.y)) for spot in spots}
    for start, goal in scatter.ways:
        if start in places and goal in places:
            _arrow(cells, left, rows, places[start], places[goal])
    _labels(cells, left, rows, scatter, spots, places)
    return [joined(line) for line in cells]


def _ends(spots: Sequence[Spot]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The range of each axis, with some room around the points."""
    found = []
    for values in ([spot.x for spot in spots], [spot.y for spot in spots]):
        low, high = min(values, default=-1.0), max(values, default=1.0)
        beyond = _BEYOND * (high - low)
        found.append((low - beyond, high + beyond))
    return found[0], found[1]


def _gutter(ends: tuple[tuple[float, float], tuple[float, float]], rows: int) -> list[str]:
    """Texts as wide as those of the y axis, whose range can still widen."""
    return [tick_text(y) for y in (*nice_ticks(*ends[1], max(4, rows // _TICK_EVERY[0])), *ends[0])][:-2] or ["−0.5"]


def _cross(cells: list[list[Cell]], left: int, columns: int, rows: int, row: int, column: int) -> None:
    """The lines where x is 0 and where y is 0, as far as they are on the plane."""
    across, down = 0 <= row < rows, left <= column < left + columns
    for x in range(left, left + columns) if across else ():
        cells[row][x] = ("┄", _AXIS)
    for y in range(rows) if down else ():
        cells[y][column] = ("┼" if across and y == row else "┆", _AXIS)


def _arrow(cells: list[list[Cell]], left: int, rows: int, start: tuple[float, float], end: tuple[float, float]) -> None:
    """An arrow in braille dots, 2 × 4 to a cell."""
    tail, tip = ((2 * x + 0.5, 4 * y + 1.5) for x, y in (start, end))
    found: dict[tuple[int, int], int] = {}
    for x, y in zip(*arrow_dots(tail, tip, 0.5), strict=True):
        at = int(y) // 4, int(x) // 2
        found[at] = found.get(at, 0) | int(DOTS[int(y) % 4, int(x) % 2])
    for (y, x), dots in found.items():
        if 0 <= y < rows and 0 <= left + x < len(cells[0]):
            cells[y][left + x] = (chr(0x2800 | dots), _ARROW)


def _labels(
    cells: list[list[Cell]],
    left: int,
    rows: int,
    scatter: Scatter,
    spots: Sequence[Spot],
    places: dict[str, tuple[float, float]],
) -> None:
    """Each label on its place, or beside it if another is there."""
    taken: set[tuple[int, int]] = set()
    width = len(cells[0])
    for spot in sorted(spots, key=lambda spot: scatter.kinds.index(spot.kind) if spot.kind else 9):
        text = visible(spot.label)
        x, y = places[spot.label]
        long = cell_len(text)
        free = [
            (math.hypot(r - y, (c - x) / 2), r, c)
            for r, c in product(_near(y, rows), _near(x, width - left - long + 1))
            if not taken & {(r, c + i) for i in range(long)}
        ]
        if not free:
            continue
        _, r, c = min(free)
        taken |= {(r, c + i) for i in range(long)}
        write(cells[r], left + c, text, style_of(scatter, spot))


def _near(at: float, count: int) -> range:
    middle = min(max(round(at), 0), max(0, count - 1))
    return range(max(0, middle - _REACH), min(count, middle + _REACH + 1))
