"""A small network as boxes with their numbers and lines between them.

Lines are braille: as thick as the number on them is large, drawn through where it is positive, dashed where it is
negative. Where there is room, numbers stand on the lines, and each number in a box has a gauge that is filled as far
as the number is large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from textual.content import Content

from tutor.ui.palette import ATTENTION, BACKWARD, NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import fit
from tutor.ui.widgets.pictures.braille import DOTS, Cell, joined
from tutor.ui.widgets.pictures.graph_plan import Box, GraphPlan, box_tops

BACK, NOW, USED = BACKWARD, f"bold reverse {ATTENTION}", ATTENTION
_STRAIGHT_UP_TO = 0.75
"""The width of a line as a multiple of its height, up to which it is straight."""
_ABOVE, _BELOW, _TO_FILL = "█", "▒", "░"
"""What the gauge of a number above 0 is filled with, what that of one below, and what is left empty."""
_MARGIN_FROM = 8
"""The cells inside a box from which its gauge leaves one free on both sides."""
_FEW, _CROWD = 4, 9
_THICKEST = 8
_APART = 12
"""Dots between two lines from the same node to the same."""
_ALONG = (0.36, 0.5, 0.64, 0.24, 0.76)
"""Where on a line its number may stand, the best first."""

_PATHS_KEPT = 256

Place = tuple[int, int]


@dataclass(frozen=True)
class Line:
    """A line from the node ``source`` to ``target``, each as (column, row).

    ``number`` decides sign and thickness, on the scale of ``largest``; ``text`` stands on the line in ``style``, which
    is the line's colour too, unless it is empty.
    """

    source: Place
    target: Place
    number: float | None = None
    text: str = ""
    style: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Stroke:
    """The dots of a line, its style, and its rank: in a cell that several go through, the highest has its style."""

    xs: NDArray[np.int64]
    ys: NDArray[np.int64]
    style: str
    rank: float


@dataclass(frozen=True)
class Path:
    """The dots that a line goes through, in dots of a braille character, and whether it is rather steep than flat."""

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    steep: bool


class _Canvas:
    """Cells with text, and dots around them, each cell of dots in the style of the most important line there."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.cells: list[list[Cell]] = [[("", "")] * width for _ in range(height)]
        self.taken = np.zeros((height, width), dtype=bool)
        self.dots = np.zeros((height, width), dtype=np.int64)
        self.styles: list[str] = []
        self.style_at = np.zeros((height, width), dtype=np.int64)

    def write(self, x: int, y: int, text: str, style: str) -> None:
        for i, sign in enumerate(text):
            if 0 <= x + i < self.width and 0 <= y < self.height:
                self.cells[y][x + i] = (sign, style)
                self.taken[y, x + i] = True

    def is_free(self, x: int, y: int, length: int) -> bool:
        inside = 0 <= y < self.height and x >= 0 and x + length <= self.width
        return inside and not self.taken[y, x : x + length].any()

    def draw(self, strokes: Sequence[Stroke]) -> None:
        """Set dots (2 across and 4 down in a cell) where there is no text: in one go, for what is drawn while a network
        trains. Of strokes of the same rank the later one is above.
        """
        if not strokes:
            return
        self.styles = [stroke.style for stroke in strokes]
        above_others = sorted(range(len(strokes)), key=lambda number: strokes[number].rank)
        numbers = np.repeat(above_others, [len(strokes[number].xs) for number in above_others])
        xs, ys = (np.concatenate([getattr(strokes[n], axis) for n in above_others]) for axis in ("xs", "ys"))
        rows, columns = ys // 4, xs // 2
        free = (rows >= 0) & (rows < self.height) & (columns >= 0) & (columns < self.width)
        free[free] = ~self.taken[rows[free], columns[free]]
        xs, ys, rows, columns, numbers = (part[free] for part in (xs, ys, rows, columns, numbers))
        np.bitwise_or.at(self.dots, (rows, columns), DOTS[ys % 4, xs % 2])
        # NumPy assigns in order: the last stroke of a cell stays.
        self.style_at[rows, columns] = numbers


def draw_graph(
    columns: Sequence[Sequence[Box]], lines: Sequence[Line], plan: GraphPlan, width: int, height: int
) -> list[Content]:
    """The graph in ``height`` lines of ``width`` cells."""
    canvas = _Canvas(width, height)
    tops = [box_tops(len(column), plan.lines, height) for column in columns]
    for column, boxes, wide, start in zip(tops, columns, plan.widths, plan.starts, strict=True):
        for top, box in zip(column, boxes, strict=True):
            _draw_box(canvas, box, start, top, wide, plan)
    sizes = [abs(line.number) for line in lines if line.number is not None and np.isfinite(line.number)]
    largest = max(sizes, default=0.0) or 1.0
    paths = [
        _path(line.source, line.target, plan, tuple(map(len, columns)), bend, height)
        for line, bend in zip(lines, _bends(lines, plan), strict=True)
    ]
    thickest = _thickest(lines, height)
    strokes = [_stroke(line, path, largest, thickest) for line, path in zip(lines, paths, strict=True)]
    canvas.draw([stroke for stroke in strokes if stroke is not None])
    for line, path in zip(lines, paths, strict=True):
        _write_number(canvas, line, path)
    return [joined(_row(canvas, y)) for y in range(height)]


def _draw_box(canvas: _Canvas, box: Box, x: int, top: int, wide: int, plan: GraphPlan) -> None:
    inner = wide - 2 if plan.bordered else wide
    rows = [(fit(box.title.center(inner), inner), box.mark or "bold"), *_inside(box, inner, plan)]
    rows += [(" " * inner, "")] * (plan.lines - plan.bordered - len(rows))
    if not plan.bordered:
        for i, (text, style) in enumerate(rows):
            canvas.write(x, top + i, text, style)
        return
    edge = USED if box.mark else "dim"
    title = box.title if cell_len(box.title) <= inner else fit(box.title, inner)
    canvas.write(x, top, f"╭{'─' * inner}╮", edge)
    canvas.write(x + 1 + (inner - cell_len(title)) // 2, top, title, box.mark or "bold")
    for i, (text, style) in enumerate(rows[1:], start=1):
        canvas.write(x, top + i, "│", edge)
        canvas.write(x + 1, top + i, text, style)
        canvas.write(x + wide - 1, top + i, "│", edge)
    canvas.write(x, top + plan.lines - 1, f"╰{'─' * inner}╯", edge)


def _inside(box: Box, inner: int, plan: GraphPlan) -> Iterator[Cell]:
    """The lines of a box below its title: each text, and below it its gauge."""
    for number, (text, style) in enumerate(box.texts):
        yield from [(" " * inner, "")] * plan.blank
        yield fit(text.center(inner), inner), style
        gauge = _gauge(box.shares[number], inner, style) if number < len(box.shares) else (" " * inner, "")
        yield from [gauge] * plan.gauge


def _gauge(share: float | None, inner: int, style: str) -> Cell:
    """A line of a gauge, filled from the left; what goes back has its own colour on both sides of 0."""
    around = int(inner >= _MARGIN_FROM)
    most = inner - 2 * around
    filled = max(1, round(abs(share) * most)) if share else 0
    sign, colour = (_ABOVE, POSITIVE) if not share or share > 0 else (_BELOW, NEGATIVE)
    line = " " * around + sign * filled + _TO_FILL * (most - filled) + " " * around
    return line, (BACK if style == BACK else colour) if filled else "dim"


def _bends(lines: Sequence[Line], plan: GraphPlan) -> Iterator[float]:
    """How far each line bows from its way, in dots: several between the same two nodes keep apart, and a line past a
    column goes below the box that would hide it.
    """
    together, before = Counter(map(_ends, lines)), Counter[tuple[Place, Place]]()
    for ends in map(_ends, lines):
        (column, row), (target, target_row) = ends
        past = abs(target - column) > 1 and row == target_row
        yield 2 * plan.lines + _APART if past else _APART * (before[ends] - (together[ends] - 1) / 2)
        before[ends] += 1


def _ends(line: Line) -> tuple[Place, Place]:
    return line.source, line.target


@lru_cache(_PATHS_KEPT)
def _path(source: Place, target: Place, plan: GraphPlan, counts: tuple[int, ...], bend: float, height: int) -> Path:
    """The way of a line between columns of so many boxes, 2 dots across and 4 down in a cell.

    Kept, since it stays the same while the numbers on it change.
    """
    tops = {column: box_tops(counts[column], plan.lines, height) for column in (source[0], target[0])}
    (a, i), (b, j) = source, target
    x0, x1 = 2 * (plan.starts[a] + plan.widths[a]), 2 * plan.starts[b] - 1
    middle = (plan.lines - 1) / 2
    y0, y1 = (4 * (tops[c][r] + middle) + 1.5 for c, r in ((a, i), (b, j)))
    along = np.linspace(0.0, 1.0, max(2, int(2 * max(abs(x1 - x0), abs(y1 - y0)))))
    # A curve is half as steep again as the straight line: only where that is not steep anyway, or all lines would meet
    # halfway.
    flat = (x1 - x0) / max(1.0, abs(y1 - y0))
    curved = min(1.0, max(0.0, flat - _STRAIGHT_UP_TO))
    bent = (1 - curved) * along + curved * along * along * (3 - 2 * along)
    ys = y0 + (y1 - y0) * bent + bend * np.sin(np.pi * along)
    xs, ys = x0 + (x1 - x0) * along, np.clip(ys, 0, 4 * height - 2)
    return Path(xs, ys, bool(np.ptp(np.rint(ys)) > np.ptp(np.rint(xs))))


def _thickest(lines: Sequence[Line], height: int) -> int:
    """The thickness of the largest number's line in dots: more with more room, little where many lines cross."""
    most = max(Counter((line.source[0], line.target[0]) for line in lines).values(), default=0)
    if most > _CROWD:
        return 2 + height // 24
    return 3 + min(_THICKEST - 3, height // (4 if most <= _FEW else 8))


def _stroke(line: Line, path: Path, largest: float, thickest: int) -> Stroke | None:
    number = 0.0 if line.number is None or not np.isfinite(line.number) else line.number
    if line.number == 0 and not line.mark:
        return None
    size = abs(number) / largest
    # A line without a number yet is seen as well.
    dots = round(size * thickest) if line.number is not None else 1 + thickest // 3
    thick = np.arange(-(dots // 2), max(1, (dots + 1) // 2))
    xs, ys = (np.rint(part).astype(int) for part in (path.xs, path.ys))
    drawn = np.ones(len(xs), dtype=bool) if number >= 0 else np.arange(len(xs)) % 12 < 7
    forward = NEGATIVE if number < 0 else POSITIVE if line.number is not None else "dim"
    style = line.mark or line.style or forward
    if not line.mark and size < 1 / 3 and line.number is not None:
        style = f"dim {style}"
    # A steep line is as thick as a flat one.
    across, down = (thick, 0 * thick) if path.steep else (0 * thick, thick)
    all_xs, all_ys = (xs[drawn, None] + across).ravel(), (ys[drawn, None] + down).ravel()
    return Stroke(all_xs, all_ys, style, 2.0 if line.mark else size)


def _write_number(canvas: _Canvas, line: Line, path: Path) -> None:
    if not line.text:
        return
    xs, ys = path.xs, path.ys
    length = cell_len(line.text)
    if (xs[-1] - xs[0]) / 2 < length:
        return
    for margin in (1, 0):
        for along in _ALONG:
            at = int(along * (len(xs) - 1))
            x, y = round(xs[at] / 2 - length / 2), int(ys[at] // 4)
            if canvas.is_free(x - margin, y, length + 2 * margin):
                canvas.write(x, y, line.text, line.style)
                return


def _row(canvas: _Canvas, y: int) -> Iterator[Cell]:
    for x, (sign, style) in enumerate(canvas.cells[y]):
        if sign:
            yield sign, style
        elif bits := int(canvas.dots[y, x]):
            yield chr(0x2800 + bits), canvas.styles[canvas.style_at[y, x]]
        else:
            yield " ", ""
