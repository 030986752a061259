"""A small network as boxes with their numbers and lines between them.

Lines are braille: as thick as the number on them is large, drawn through where it is positive, dashed where it is
negative. Where there is room, numbers stand on the lines, and each box has a bar as long as its number is large.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from rich.cells import cell_len
from textual.content import Content

from tutor.ui.palette import ATTENTION, BACKWARD, NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import fit
from tutor.ui.widgets.pictures.braille import DOTS, Cell, joined

BACK, NOW, USED = BACKWARD, f"bold reverse {ATTENTION}", ATTENTION
_LEAST_GAP, _GAP_WITH_NUMBER = 5, 10
_WIDEST_GAP = 40
_STRAIGHT_UP_TO = 0.75
"""The width of a line as a multiple of its height, up to which it is straight."""
_AROUND, _LINES_APART = 3, 2
"""With room, the cells on both sides of the text in a box, and the free lines between boxes at least, for each line of
padding."""
_ABOVE, _BELOW = "█", "▒"
"""What the bar of a number above 0 is made of, and that of one below."""
_WIDEST_BOX, _NARROWEST_BOX = 16, 5
_CROWD = 9
_APART = 12
"""Dots between two lines from the same node to the same."""
_ALONG = (0.36, 0.5, 0.64, 0.24, 0.76)
"""Where on a line its number may stand, the best first."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Box:
    """A node: ``title`` in its first line, below it texts with their styles; ``mark`` is the style of the title.

    ``share`` is its number as a share of the largest, from −1 to 1, for a bar; None for no bar.
    """

    title: str
    texts: tuple[Cell, ...] = ()
    mark: str = ""
    share: float | None = None

    @property
    def width(self) -> int:
        """The cells that nothing is cut in, without a border."""
        return max(cell_len(self.title), *(cell_len(text) for text, _ in self.texts), _NARROWEST_BOX)


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
class GraphPlan:
    """How a graph fits: whether boxes have borders, how high they are, where columns begin.

    ``padding`` are the lines above the texts in a box, which are blank, and those below, which hold the bar.
    """

    bordered: bool
    padding: int
    lines: int
    widths: tuple[int, ...]
    starts: tuple[int, ...]


@dataclass
class _Canvas:
    width: int
    height: int
    dots: np.ndarray = field(init=False)
    cells: list[list[Cell]] = field(init=False)
    styles: dict[Place, tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dots = np.zeros((self.height, self.width), dtype=np.int64)
        self.cells = [[("", "")] * self.width for _ in range(self.height)]

    def write(self, x: int, y: int, text: str, style: str) -> None:
        for i, sign in enumerate(text):
            if 0 <= x + i < self.width and 0 <= y < self.height:
                self.cells[y][x + i] = (sign, style)

    def is_free(self, x: int, y: int, length: int) -> bool:
        inside = 0 <= y < self.height and x >= 0 and x + length <= self.width
        return inside and all(not self.cells[y][x + i][0] for i in range(length))


def graph_plan(columns: Sequence[Sequence[Box]], width: int, height: int) -> GraphPlan | None:
    """How these columns of boxes fit into so many cells; None where they do not."""
    if not columns or not all(columns):
        return None
    tallest = max(map(len, columns))
    texts = max(len(box.texts) for column in columns for box in column)
    for bordered, padding in ((True, 2), (True, 1), (True, 0), (False, 0)):
        lines = 1 + texts + (1 if bordered else 0) + 2 * padding
        around = 2 * (int(bordered) + padding * _AROUND)
        widths = tuple(min(_WIDEST_BOX, max(box.width for box in column)) + around for column in columns)
        between = (width - sum(widths)) // max(1, len(columns) - 1) if len(columns) > 1 else _LEAST_GAP
        apart, gap = (_LINES_APART * padding, _GAP_WITH_NUMBER) if padding else (0 if bordered else 1, _LEAST_GAP)
        if tallest * lines + (tallest - 1) * apart > height or between < gap:
            continue
        starts, x = [], 0
        spread = (width - sum(widths)) / max(1, len(columns) - 1)
        for number, wide in enumerate(widths):
            starts.append(round(x + number * min(spread, _WIDEST_GAP)))
            x += wide
        # What is left over stands on both sides.
        left = max(0, (width - starts[-1] - widths[-1]) // 2)
        return GraphPlan(bordered, padding, lines, widths, tuple(start + left for start in starts))
    return None


def graph_room(columns: Sequence[Sequence[Box]]) -> tuple[int, int]:
    """The least width and height in which ``graph_plan`` finds room."""
    texts = max((len(box.texts) for column in columns for box in column), default=0)
    tallest = max(map(len, columns), default=0)
    widths = sum(min(_WIDEST_BOX, max(box.width for box in column)) for column in columns if column)
    return widths + _LEAST_GAP * (len(columns) - 1), tallest * (1 + texts) + tallest - 1


def draw_graph(
    columns: Sequence[Sequence[Box]], lines: Sequence[Line], plan: GraphPlan, width: int, height: int
) -> list[Content]:
    """The graph in ``height`` lines of ``width`` cells."""
    canvas = _Canvas(width, height)
    tops = [_tops(len(column), plan.lines, height) for column in columns]
    for column, boxes, wide, start in zip(tops, columns, plan.widths, plan.starts, strict=True):
        for top, box in zip(column, boxes, strict=True):
            _draw_box(canvas, box, start, top, wide, plan)
    sizes = [abs(line.number) for line in lines if line.number is not None and np.isfinite(line.number)]
    largest = max(sizes, default=0.0) or 1.0
    paths = [_path(line, plan, tops, _bend(lines, number, plan), height) for number, line in enumerate(lines)]
    thickest = _thickest(lines, height)
    for line, path in zip(lines, paths, strict=True):
        _draw_line(canvas, line, path, largest, thickest)
    for line, path in zip(lines, paths, strict=True):
        _write_number(canvas, line, path)
    return [joined(_row(canvas, y)) for y in range(height)]


def _tops(count: int, lines: int, height: int) -> list[int]:
    room = height / count
    return [min(height - lines, max(0, round(i * room + (room - lines) / 2))) for i in range(count)]


def _draw_box(canvas: _Canvas, box: Box, x: int, top: int, wide: int, plan: GraphPlan) -> None:
    inner = wide - 2 if plan.bordered else wide
    mark, blank = box.mark, (" " * inner, "")
    rows = [(fit(box.title.center(inner), inner), mark or "bold"), *[blank] * plan.padding]
    rows += [(fit(text.center(inner), inner), style) for text, style in box.texts]
    rows += [blank] * (plan.lines - (1 if plan.bordered else 0) - len(rows) - plan.padding)
    rows += [_bar(box.share, inner)] * plan.padding
    if not plan.bordered:
        for i, (text, style) in enumerate(rows):
            canvas.write(x, top + i, text, style)
        return
    edge = USED if mark else "dim"
    title = box.title if cell_len(box.title) <= inner else fit(box.title, inner)
    canvas.write(x, top, f"╭{'─' * inner}╮", edge)
    canvas.write(x + 1 + (inner - cell_len(title)) // 2, top, title, mark or "bold")
    for i, (text, style) in enumerate(rows[1:], start=1):
        canvas.write(x, top + i, "│", edge)
        canvas.write(x + 1, top + i, text, style)
        canvas.write(x + wide - 1, top + i, "│", edge)
    canvas.write(x, top + plan.lines - 1, f"╰{'─' * inner}╯", edge)


def _bar(share: float | None, inner: int) -> Cell:
    """A line of a box, with a bar for its number."""
    if not share:
        return " " * inner, ""
    most = inner - 2
    sign, style = (_ABOVE, POSITIVE) if share > 0 else (_BELOW, NEGATIVE)
    return f" {sign * max(1, round(abs(share) * most))}".ljust(inner), style


def _bend(lines: Sequence[Line], number: int, plan: GraphPlan) -> float:
    """How far a line bows from its way, in dots: several between the same two nodes keep apart, and a line past a
    column goes below the box that would hide it.
    """
    (column, row), (target, target_row) = _ends(lines[number])
    if abs(target - column) > 1 and row == target_row:
        return 2 * plan.lines + _APART
    same = [i for i, line in enumerate(lines) if _ends(line) == _ends(lines[number])]
    return _APART * (same.index(number) - (len(same) - 1) / 2)


def _ends(line: Line) -> tuple[Place, Place]:
    return line.source, line.target


def _path(
    line: Line, plan: GraphPlan, tops: Sequence[Sequence[int]], bend: float, height: int
) -> tuple[np.ndarray, np.ndarray]:
    """The dots (x, y) that a line goes through, in dots of a braille character: 2 across, 4 down."""
    (a, i), (b, j) = line.source, line.target
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
    return x0 + (x1 - x0) * along, np.clip(ys, 0, 4 * height - 2)


def _thickest(lines: Sequence[Line], height: int) -> int:
    """The thickness of the largest number's line in dots: more with more room, little where many lines cross."""
    between = Counter((line.source[0], line.target[0]) for line in lines)
    if max(between.values(), default=0) > _CROWD:
        return 2 + height // 24
    return 3 + min(3, height // 12)


def _draw_line(canvas: _Canvas, line: Line, path: tuple[np.ndarray, np.ndarray], largest: float, thickest: int) -> None:
    number = 0.0 if line.number is None or not np.isfinite(line.number) else line.number
    if line.number == 0 and not line.mark:
        return
    size = abs(number) / largest
    # A line without a number yet is seen as well.
    dots = round(size * thickest) if line.number is not None else 2
    thick = range(-(dots // 2), max(1, (dots + 1) // 2))
    xs, ys = (np.rint(part).astype(int) for part in path)
    drawn = np.ones(len(xs), dtype=bool) if number >= 0 else np.arange(len(xs)) % 12 < 7
    forward = NEGATIVE if number < 0 else POSITIVE if line.number is not None else "dim"
    style = line.mark or line.style or forward
    if not line.mark and size < 1 / 3 and line.number is not None:
        style = f"dim {style}"
    for off in thick:
        for x, y in zip(xs[drawn].tolist(), (ys[drawn] + off).tolist(), strict=True):
            row, column = y // 4, x // 2
            if 0 <= row < canvas.height and 0 <= column < canvas.width and not canvas.cells[row][column][0]:
                canvas.dots[row, column] |= DOTS[y % 4, x % 2]
                rank = 2.0 if line.mark else size
                if rank >= canvas.styles.get((column, row), (-1.0, ""))[0]:
                    canvas.styles[column, row] = (rank, style)


def _write_number(canvas: _Canvas, line: Line, path: tuple[np.ndarray, np.ndarray]) -> None:
    if not line.text:
        return
    xs, ys = path
    length = cell_len(line.text)
    if (xs[-1] - xs[0]) / 2 < length:
        return
    for along in _ALONG:
        at = int(along * (len(xs) - 1))
        x, y = round(xs[at] / 2 - length / 2), int(ys[at] // 4)
        if canvas.is_free(x, y, length):
            canvas.write(x, y, line.text, line.style)
            return


def _row(canvas: _Canvas, y: int) -> Iterator[Cell]:
    for x, (sign, style) in enumerate(canvas.cells[y]):
        if sign:
            yield sign, style
        elif bits := int(canvas.dots[y, x]):
            yield chr(0x2800 + bits), canvas.styles[x, y][1]
        else:
            yield " ", ""
