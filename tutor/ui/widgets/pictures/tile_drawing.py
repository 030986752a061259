"""One tile of a picture as coloured characters: half blocks, with windows, marks and trails over them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import groupby
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from textual.content import Content

from tutor.course.words.picture_text import point_sign
from tutor.labs.kit.readouts import Covered, PicturePoint, Tile, Trail
from tutor.ui.widgets.notation import MASK, number_text
from tutor.ui.widgets.pictures.colour_scale import NO_NUMBER, ColourScale, ink, true_colour

MARK, RING = "◆", "○"
TRAIL_MARKS = ("o", "×", "+", "*", "◇", "△")
"""The characters of the trails; from the second on those of the lines of a curve, which may be of the same names."""
TRAIL_ENDS = ("●", "╳", "╋", "✱", "◆", "▲")
"""The characters at the current ends of the trails."""
TRAIL_COLOURS = ("#ffffff", "#5fff00", "#00ffff", "#ff87ff", "#ffff00", "#87afff")
"""The colours of the trails where there are many: bright, so that black is behind a sign or the sign itself."""
_BLACK = "#000000"
_SHAFTS = "─\\│/"
"""An arrow's line to the right, down to the right, down, up to the right."""
_HEADS = "→↘↓↙←↖↑↗"

V = TypeVar("V", str, int | None)

Cell = tuple[str, str, str]
"""A character, its colour and its background colour; an empty colour is the terminal's default."""
Cells = list[list[Cell]]
Margin = tuple[int, int, int, int]
"""Rows above, columns on the right, rows below, columns on the left: room for a window that extends over an edge."""

NO_MARGIN: Margin = (0, 0, 0, 0)
_EMPTY: Cell = (" ", "", "")
_SIDES = "┌│└[┐┘]"
_BLOCKS = " ▀▄·░▒▓█"
_COVERED_COLOUR = "#585858"
_MANY_POINTS = 50
LEAST_NUMBERED = 2
"""The width of a value, in cells, from which its number can stand in it."""
_LEAST_BESIDE = 4
"""The same where a window or a mark is drawn too."""


def trail_mark(number: int) -> str:
    """The character of the trail with this number."""
    return TRAIL_MARKS[number % len(TRAIL_MARKS)]


def trail_numbers(trails: Sequence[Trail]) -> list[int]:
    """The number of each trail. Arrows of one label have the same: they are drawn alike, and named once."""
    numbers: dict[str | int, int] = {}
    keys = (trail.label if trail.kind == "arrow" else place for place, trail in enumerate(trails))
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def trail_end(number: int) -> str:
    """The character of that trail's last point."""
    return TRAIL_ENDS[number % len(TRAIL_ENDS)]


def point_colours(kind: int, scale: ColourScale, count: int) -> tuple[str, str]:
    """The colour of the points of the kind with this number and the one behind them, if they have their own.

    Of many points the colours would hide the map: they are signs on it.
    """
    if not (scale.signed and scale.colours) or count > _MANY_POINTS:
        return "", ""
    behind = scale.colours[scale.steps // 2]
    return (scale.colours[0], scale.colours[-1])[kind] if kind < 2 else ink(behind), behind


def trail_styles(number: int, scale: ColourScale) -> tuple[str, str]:
    """The styles of a trail's characters and of its end; empty where colours are few or none."""
    if not scale.many:
        return "", ""
    colour = TRAIL_COLOURS[number % len(TRAIL_COLOURS)]
    return f"bold {colour} on {_BLACK}", f"bold {_BLACK} on {colour}"


def arrow_head(points: Sequence[tuple[float, float]]) -> str:
    """The arrow that points from the first point to the last."""
    (top, left), (bottom, right) = points[0], points[-1]
    return _HEADS[_eighth(bottom - top, right - left)]


def margin_of(tile: Tile) -> Margin:
    """How far the tile's window extends over its edges."""
    if tile.window is None or not tile.values:
        return NO_MARGIN
    top, left, height, width = tile.window
    rows, columns = len(tile.values), len(tile.values[0])
    return max(0, -top), max(0, left + width - columns), max(0, top + height - rows), max(0, -left)


def reduced(values: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.float64]:
    """The values reduced to at most ``rows`` and ``columns`` by averaging."""
    for axis, most in enumerate((rows, columns)):
        length = values.shape[axis]
        if 0 < most < length:
            edges = np.linspace(0, length, most + 1).astype(int)
            with np.errstate(invalid="ignore", over="ignore"):
                sums = np.add.reduceat(values, edges[:-1], axis=axis)
            counts = np.diff(edges).reshape((-1, 1) if axis == 0 else (1, -1))
            values = sums / counts
    return values


def drawn_size(rows: int, columns: int, size: int) -> tuple[int, int]:
    """The lines and cells of ``rows`` × ``columns`` values, each ``size`` cells wide and half as many lines high."""
    return math.ceil(rows * size / 2), columns * size


def has_room_for_numbers(tiles: Sequence[Tile], digits: int, size: int) -> bool:
    """Whether values this wide have room for the longest number of these tiles, beside windows and marks."""
    longest = max((len(number_text(v, digits)) for tile in tiles for row in tile.values for v in row), default=0)
    beside = any(tile.window is not None or tile.marked for tile in tiles)
    return size > longest and size >= (_LEAST_BESIDE if beside else LEAST_NUMBERED)


def draw_tile(
    tile: Tile,
    scale: ColourScale,
    size: int,
    margin: Margin,
    most: tuple[int, int],
    trails: Sequence[Trail] = (),
    digits: int | None = None,
    points: Sequence[PicturePoint] = (),
) -> Cells:
    """The tile with each value ``size`` cells wide and half as many lines high, reduced to ``most`` rows and columns.

    Without colours, a line shows the mean of two values of size 1. With ``digits`` each value has its number in it.
    """
    whole = np.array(tile.values, dtype=float)
    values = reduced(whole, *most)
    if not scale.colours and size == 1:
        values = reduced(values, math.ceil(len(values) / 2), values.shape[1])
    top, right, below, left = margin
    rows, columns = values.shape
    # The half lines per value.
    high = 2 if not scale.colours and size == 1 else size
    lines = math.ceil((top + rows + below) * high / 2)
    if scale.colours and tile.painted and values.shape == whole.shape:
        cells = _paired(_painted(tile), "", lines, high, top, _halves)
    else:
        cells = _paired(scale.steps_of(values), -1, lines, high, top, lambda a, b: _pair(a, b, scale))
    cells = [
        [_EMPTY] * (left * size) + [c for c in row for _ in range(size)] + [_EMPTY] * (right * size) for row in cells
    ]
    down, across = high / 2 * rows / len(whole), size * columns / whole.shape[1]

    def place(row: float, column: float) -> tuple[int, int]:
        return math.floor(top * high / 2 + row * down), math.floor(left * size + column * across)

    if scale.signed and scale.colours and size >= 2 and digits is None:
        for r, c in np.argwhere(values < scale.middle).tolist():
            _write(cells, math.floor((top + r) * high / 2), (left + c) * size, "-")
    if tile.window is not None:
        first, start, tall, wide = tile.window
        y0, x0 = place(first, start)
        y1, x1 = place(first + tall, start + wide)
        _outline(cells, y0, x0, max(y0, y1 - 1), max(x0, x1 - 1), lined=bool(scale.colours) or size > 2)
    marks = [*((place, RING) for place in tile.ringed), *((place, MARK) for place in tile.marked)]
    for (r, c), mark in marks:
        y, x = place(r + 0.01, c + 0.01)
        beside = size >= 2 and y < len(cells) and x + 1 < len(cells[y]) and cells[y][x][0] in _SIDES
        _write(cells, y, x + beside, mark)
    if values.shape == whole.shape:
        _write_numbers(cells, tile, digits, size, high, margin)
    kinds = list(dict.fromkeys(point.kind for point in points))
    for point in points:
        if _on(point.row, point.column, whole.shape):
            kind, (y, x) = kinds.index(point.kind), place(point.row + 0.5, point.column + 0.5)
            _write(cells, y, x, point_sign(kind), point_colours(kind, scale, len(points)))

    def put(at: tuple[float, float], character: str, number: int, end: bool) -> None:
        if _on(*at, whole.shape):
            y, x = place(at[0] + 0.5, at[1] + 0.5)
            if scale.many:
                colour = TRAIL_COLOURS[number % len(TRAIL_COLOURS)]
                _paint(cells, y, x, (character, _BLACK, colour) if end else (character, colour, _BLACK))
            else:
                _write(cells, y, x, character)

    # The ends last, since the current points are the most important; the first trail's above the others.
    numbered = list(zip(trail_numbers(trails), trails, strict=True))
    for number, trail in numbered:
        for at, character in _on_the_way(trail, size, number):
            put(at, character, number, end=False)
    for number, trail in reversed(numbered):
        if trail.kind != "arrow" and trail.points:
            put(trail.points[-1], trail_end(number), number, end=True)
    return cells


def _paired(
    values: Sequence[Sequence[V]], nothing: V, lines: int, high: int, top: int, pair: Callable[[V, V], Cell]
) -> Cells:
    """Each two half lines in one line of characters, one for each column; a value is ``high`` half lines high, below
    ``top`` rows of ``nothing``.
    """
    known = cache(pair)
    blank = [nothing] * (len(values[0]) if values else 0)

    def half(line: int) -> Sequence[V]:
        row = line // high - top
        return values[row] if 0 <= row < len(values) else blank

    return [list(map(known, half(2 * y), half(2 * y + 1))) for y in range(lines)]


def _write_numbers(cells: Cells, tile: Tile, digits: int | None, size: int, high: int, margin: Margin) -> None:
    """Write each number into the middle of its value, if ``digits`` are wanted; a covered one as a question mark."""
    top, _, _, left = margin
    for r, row in enumerate(tile.values, start=top):
        for c, value in enumerate(row, start=left):
            if isinstance(value, Covered):
                _cover(cells, range(r * high // 2, ((r + 1) * high + 1) // 2), c * size, size)
            elif digits is None:
                continue
            text = MASK if isinstance(value, Covered) or digits is None else number_text(value, digits)
            for i, character in enumerate(text, start=(size - len(text)) // 2):
                _write(cells, (r * high + high // 2) // 2, c * size + i, character)


def _cover(cells: Cells, lines: range, x: int, size: int) -> None:
    """Grey instead of the colour of a value that is covered."""
    for y in lines:
        if y < len(cells):
            cells[y][x : x + size] = [(" ", "", _COVERED_COLOUR)] * size


def _painted(tile: Tile) -> list[list[str]]:
    """The true colours of the values."""
    return [[true_colour(*colour) for colour in row] for row in tile.painted]


def _on_the_way(trail: Trail, size: int, number: int) -> list[tuple[tuple[float, float], str]]:
    """Where a trail's characters are before its end; an arrow's line and its head, which leave its first point free."""
    if trail.kind != "arrow":
        return [(point, trail_mark(number)) for point in trail.points[:-1]]
    if not trail.is_there:
        return []
    (top, left), (bottom, right) = trail.points[0], trail.points[-1]
    down, across = bottom - top, right - left
    # The cells of a character that it passes: a line is two cells high for each that a column is wide.
    count = max(1, math.ceil(max(abs(down) * size / 2, abs(across) * size)))
    shaft = _SHAFTS[_eighth(down, across) % 4]
    steps = [((top + down * i / count, left + across * i / count), shaft) for i in range(1, count)]
    return [*steps, ((bottom, right), arrow_head(trail.points))]


def _eighth(down: float, across: float) -> int:
    """The direction in eighths of a turn, clockwise from the right."""
    return round(math.atan2(down, across) / (math.pi / 4)) % 8


def _on(row: float, column: float, shape: tuple[int, ...]) -> bool:
    """Whether a point is on the picture; the centres of cells have whole coordinates."""
    return -0.5 <= row < shape[0] - 0.5 and -0.5 <= column < shape[1] - 0.5


def _pair(upper: int | None, lower: int | None, scale: ColourScale) -> Cell:
    """One character for two values, one above the other; −1 means no value."""
    if not scale.colours:
        return _EMPTY if upper == -1 else (NO_NUMBER if upper is None else scale.characters[upper], "", "")
    a = "" if upper is None or upper == -1 else scale.colours[upper]
    b = "" if lower is None or lower == -1 else scale.colours[lower]
    if upper is None or (lower is None and not a):
        return (NO_NUMBER, ink(b) if b else "", b)
    return _halves(a, b)


def _halves(upper: str, lower: str) -> Cell:
    """One character in two colours, one above the other."""
    if upper == lower:
        return (" ", "", upper)
    return ("▄", lower, "") if not upper else ("▀", upper, lower)


def _write(cells: Cells, y: int, x: int, character: str, colours: tuple[str, str] = ("", "")) -> None:
    """Write a character over the picture in these colours, or in one that is readable there."""
    if 0 <= y < len(cells) and 0 <= x < len(cells[y]):
        if all(colours):
            cells[y][x] = (character, *colours)
            return
        under, front, behind = cells[y][x]
        colour = front if under == "▀" else behind
        cells[y][x] = (character, ink(colour) if colour else "", colour)


def _paint(cells: Cells, y: int, x: int, cell: Cell) -> None:
    if 0 <= y < len(cells) and 0 <= x < len(cells[y]):
        cells[y][x] = cell


def _outline(cells: Cells, y0: int, x0: int, y1: int, x1: int, lined: bool) -> None:
    """A frame inside the rectangle; without ``lined`` only its corners and sides, so that it hides less."""
    for x in range(x0, x1 + 1) if lined else ():
        for y in {y0, y1}:
            _write(cells, y, x, "─")
    for y in range(y0, y1 + 1):
        corner = y0 == y1, y == y0, y == y1
        left, right = "[]" if corner[0] else "┌┐" if corner[1] else "└┘" if corner[2] else "││"
        _write(cells, y, x0, left)
        if x1 > x0:
            _write(cells, y, x1, right)


def lines_of(cells: Sequence[Sequence[Cell]]) -> list[Content]:
    """The characters as lines, joining neighbours of the same colours, which takes fewer bytes."""
    return [
        Content.assemble(*(("".join(cell[0] for cell in run), style) for style, run in groupby(row, _style)))
        for row in cells
    ]


@lru_cache(4096)
def _style(cell: Cell) -> str:
    character, front, behind = cell
    # Bold black is grey on many terminals with sixteen colours.
    weight = "" if character in _BLOCKS or front == "#000000" else "bold"
    return " ".join(part for part in (weight, front, f"on {behind}" if behind else "") if part)
