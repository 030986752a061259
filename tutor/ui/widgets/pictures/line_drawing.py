"""Lines over two axes in braille: with marks that tell them apart, and shade below one and between two.

In a plane, arrows, and the angle between two of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len
from textual.content import Content

from tutor.ui.widgets.pictures.arrow_drawing import angle_dots, arrow_dots
from tutor.ui.widgets.pictures.braille import DOTS, Cell, joined

MARK_EVERY = 8
"""Columns between two marks of a line."""
SHADE, GAP_SHADE = "░", "▒"
"""What lies between a line and 0, and what lies between two lines."""
_THICKER_FROM = (18, 32)
"""The heights of a picture from which a thick line has three dots, and four."""
_ANGLE_OF_ARROW, _ANGLE_OF_PICTURE = 0.45, 0.3
"""The radius of an angle, at most, as a part of the shorter arrow and of the picture's lower side."""
_ARROW_OF_PICTURE = 1 / 26
"""Half the thickness of an arrow, as a part of the picture's lower side."""
_BEYOND = 1.0
"""How far outside the picture a line is followed, as a share of its height."""


Line = tuple[Sequence[float], Sequence[float]]
"""The xs and the ys of points."""
Spot = tuple[float, float]
"""A point (x, y)."""


class LineDrawing:
    """A picture of ``width`` × ``height`` cells from ``xs[0]`` to ``xs[1]`` and from ``ys[0]`` at the bottom up."""

    def __init__(self, xs: tuple[float, float], ys: tuple[float, float], width: int, height: int) -> None:
        self._xs, self._ys = xs, ys
        self._width, self._height = max(1, width), max(1, height)
        self._dots = np.zeros((self._height, self._width), dtype=np.int64)
        self._styles = np.full((self._height, self._width), "", dtype=object)
        self._shades = np.full((self._height, self._width), "", dtype=object)
        self._gaps = np.zeros((self._height, self._width), dtype=bool)
        self._cells: dict[tuple[int, int], Cell] = {}

    def column(self, x: float) -> int:
        """The column of cells that holds ``x``; the nearest one if it lies outside."""
        (left, right), last = self._xs, self._width - 1
        return min(max(_nearest((x - left) / (right - left) * last, last), 0), last)

    def row(self, y: float) -> int:
        """The row of cells, from the top, that holds ``y``; the nearest one if it lies outside."""
        (low, high), last = self._ys, self._height - 1
        # Counted from the bottom, as plotext does for its ticks.
        return last - min(max(_nearest((y - low) / (high - low) * last, last), 0), last)

    def line(
        self, xs: Sequence[float], ys: Sequence[float], style: str, *, thick: bool = True, filled: bool = False
    ) -> None:
        """Draw a line through points, ``thick`` with two dots, and with more in a high picture.

        With ``filled``, what lies between it and 0, or the nearer end where 0 is not in the picture, is shaded.
        """
        if not len(xs):
            return
        across, down = self._dots_of(np.asarray(xs, dtype=float), np.asarray(ys, dtype=float))
        columns, rows = _connected(across, down)
        inside = (columns >= 0) & (columns < 2 * self._width)
        columns, rows = columns[inside], rows[inside]
        if filled:
            self._shade(columns, rows, f"dim {style}")
        most = 2 + sum(self._height >= least for least in _THICKER_FROM)
        for higher in range(most) if thick else (0,):
            self._put(columns, rows - higher, style)

    def between(self, one: Line, other: Line, styles: tuple[str, str], *, gap: bool = True) -> None:
        """Shade what lies between two lines over the same axis, in the style of the one that is higher there.

        Without ``gap`` it is shaded as lightly as what lies below a line.
        """
        (xs, ys), (other_xs, other_ys) = (
            tuple(np.asarray(part, dtype=float) for part in line) for line in (one, other)
        )
        if len(xs) < 2 or len(other_xs) < 2 or (np.diff(xs) < 0).any() or (np.diff(other_xs) < 0).any():
            return
        at = np.linspace(*self._xs, self._width)
        columns = np.flatnonzero((at >= max(xs[0], other_xs[0])) & (at <= min(xs[-1], other_xs[-1])))
        heights = np.interp(at[columns], xs, ys), np.interp(at[columns], other_xs, other_ys)
        downs = [self._dots_of(at[columns], height)[1] for height in heights]
        tops, bottoms = (np.floor(edge(*downs) / 4).astype(int) for edge in (np.minimum, np.maximum))
        higher = heights[0] > heights[1]
        for first, style in ((True, styles[0]), (False, styles[1])):
            mine = higher == first
            self._shade_cells(columns[mine], tops[mine], bottoms[mine], f"dim {style}", gap=gap)

    def arrow(self, tail: Spot, tip: Spot, style: str, slimmer: float = 1.0) -> None:
        """Draw an arrow, as thick as there is room; ``slimmer`` divides that."""
        ends = self._spot(tail), self._spot(tip)
        self._put(*arrow_dots(*ends, max(0.8, self._shorter * _ARROW_OF_PICTURE / slimmer)), style)

    def angle(self, corner: Spot, one: Spot, other: Spot, style: str) -> None:
        """Draw the angle at a corner, from the direction of one point to that of another."""
        at, *ends = (self._spot(spot) for spot in (corner, one, other))
        radius = min(_ANGLE_OF_ARROW * min(math.dist(at, end) for end in ends), _ANGLE_OF_PICTURE * self._shorter)
        if radius >= 1:
            self._put(*angle_dots(at, ends[0], ends[1], radius), style)

    def side(self, corner: Spot, tip: Spot, style: str) -> None:
        """Shade the side of a plane to which an arrow points: where its dot product is above 0."""
        xs, ys = np.linspace(*self._xs, self._width), np.linspace(*self._ys, self._height)[::-1, None]
        ahead = (xs - corner[0]) * (tip[0] - corner[0]) + (ys - corner[1]) * (tip[1] - corner[1])
        self._shades[ahead > 0] = style

    def marks(self, xs: Sequence[float], ys: Sequence[float], mark: str, style: str, number: int) -> None:
        """Mark a line every few columns, and at its end, which is what is looked for most.

        Lines with other numbers have their marks elsewhere.
        """
        if not len(xs):
            return
        order = np.argsort(xs, kind="stable")
        x, y = np.asarray(xs, dtype=float)[order], np.asarray(ys, dtype=float)[order]
        # Lines that run close to each other have their marks in different columns.
        at = np.linspace(*self._xs, self._width)[MARK_EVERY * number // 2 :: MARK_EVERY]
        for each in at[(at >= x[0]) & (at < x[-1])].tolist():
            self.point(each, float(np.interp(each, x, y)), mark, style)
        self.point(float(xs[-1]), float(ys[-1]), mark, style)

    def point(self, x: float, y: float, mark: str, style: str) -> None:
        """Put a sign at a point, at the nearest edge if it lies outside."""
        self._cells[self.row(y), self.column(x)] = (mark, style)

    def label(self, x: float, y: float, text: str, style: str) -> None:
        """Write beside a point, where it covers least of what is drawn; nothing if there is no room."""
        row, column, length = self.row(y), self.column(x), cell_len(text)
        right, left, middle = column + 2, column - 1 - length, column - length // 2
        places = [
            (at, start)
            for at, starts in ((row, (right, left)), (row - 1, (right, left, middle)), (row + 1, (right, left, middle)))
            for start in starts
            if 0 <= at < self._height and start >= 0 and start + length <= self._width
        ]
        if places:
            at, start = min(places, key=lambda place: self._drawn_at(place[0], place[1], length))
            for i, sign in enumerate(text):
                self._cells[at, start + i] = (sign, style)

    def upright(self, x: float, sign: str, style: str) -> None:
        """Draw an upright line at ``x`` behind lines, marks and words, from the bottom to the top."""
        column = self.column(x)
        for row in range(self._height):
            if not self._drawn_at(row, column, 1):
                self._cells[row, column] = (sign, style)

    def rows(self) -> list[Content]:
        """The lines from the top."""
        return [joined(self._cell(y, x) for x in range(self._width)) for y in range(self._height)]

    @property
    def _shorter(self) -> int:
        """The shorter side in dots."""
        return min(2 * self._width, 4 * self._height)

    def _drawn_at(self, row: int, start: int, length: int) -> int:
        """How many of these cells show a line or a sign."""
        dots = self._dots[row, start : start + length]
        return sum(bool(bits) or (row, x) in self._cells for x, bits in enumerate(dots.tolist(), start))

    def _cell(self, y: int, x: int) -> Cell:
        if (y, x) in self._cells:
            return self._cells[y, x]
        if bits := int(self._dots[y, x]):
            return chr(0x2800 + bits), self._styles[y, x]
        shade = self._shades[y, x]
        return (GAP_SHADE if self._gaps[y, x] else SHADE, shade) if shade else (" ", "")

    def _spot(self, place: Spot) -> Spot:
        across, down = self._dots_of(np.array(place[:1]), np.array(place[1:]))
        return float(across[0]), float(down[0])

    def _dots_of(self, xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The dots of points, two across a cell and four down; those far outside are brought nearer.

        A point in the middle of a cell lies between its dots, so that the nearest dot is in the cell of the point.
        """
        (left, right), (low, high) = self._xs, self._ys
        ys = np.clip(ys, low - _BEYOND * (high - low), high + _BEYOND * (high - low))
        across = (xs - left) / (right - left) * (2 * self._width - 2) + 0.5
        return across, (high - ys) / (high - low) * (4 * self._height - 4) + 1.5

    def _put(self, columns: np.ndarray, rows: np.ndarray, style: str) -> None:
        seen = (rows >= 0) & (rows < 4 * self._height) & (columns >= 0) & (columns < 2 * self._width)
        columns, rows = columns[seen], rows[seen]
        np.bitwise_or.at(self._dots, (rows // 4, columns // 2), DOTS[rows % 4, columns % 2])
        self._styles[rows // 4, columns // 2] = style

    def _shade(self, columns: np.ndarray, rows: np.ndarray, style: str) -> None:
        """Shade the cells between dots and 0."""
        low, high = self._ys
        base = self.row(min(max(0.0, low), high))
        tops, bottoms = np.full(self._width, 4 * self._height), np.full(self._width, -1)
        np.minimum.at(tops, columns // 2, rows)
        np.maximum.at(bottoms, columns // 2, rows)
        at = np.flatnonzero(bottoms >= tops)
        highest, lowest = (tops[at] - 1) // 4, bottoms[at] // 4
        self._shade_cells(at, lowest + 1, np.full(len(at), base), style)
        self._shade_cells(at, np.full(len(at), base), highest - 1, style)

    def _shade_cells(
        self, columns: np.ndarray, tops: np.ndarray, bottoms: np.ndarray, style: str, *, gap: bool = False
    ) -> None:
        """Shade each of these columns of cells from one row to another, both included."""
        rows = np.arange(self._height)[:, None]
        ys, places = np.nonzero((rows >= tops) & (rows <= bottoms))
        self._shades[ys, columns[places]] = style
        self._gaps[ys, columns[places]] = gap


def _connected(across: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every dot on the way from point to point."""
    if len(across) == 1:
        return _nearest_dots(across), _nearest_dots(down)
    over, up = np.diff(across), np.diff(down)
    counts = np.maximum(2, np.ceil(np.maximum(np.abs(over), np.abs(up))).astype(int) + 1)
    of = np.repeat(np.arange(len(counts)), counts)
    part = (np.arange(len(of)) - np.repeat(counts.cumsum() - counts, counts)) / (counts[of] - 1)
    return _nearest_dots(across[of] + part * over[of]), _nearest_dots(down[of] + part * up[of])


def _nearest_dots(places: np.ndarray) -> np.ndarray:
    # A hair more, so that what lies between two dots goes the same way at each cell.
    return np.floor(places + 0.5 + 1e-9).astype(int)


def _nearest(place: float, last: int) -> int:
    """The nearest whole number, for a place that may lie far beyond 0 and ``last``."""
    return math.floor(min(max(place, -1.0), last + 1.0) + 0.5 + 1e-9)
