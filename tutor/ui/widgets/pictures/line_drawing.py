"""Lines over two axes in braille: two dots thick, with marks that tell them apart, and shade below a single one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from textual.content import Content

from tutor.ui.widgets.pictures.braille import DOTS, joined

MARK_EVERY = 8
"""Columns between two marks of a line."""
SHADE = "░"
_BEYOND = 1.0
"""How far outside the picture a line is followed, as a share of its height."""

Cell = tuple[str, str]


class LineDrawing:
    """A picture of ``width`` × ``height`` cells from ``xs[0]`` to ``xs[1]`` and from ``ys[0]`` at the bottom up."""

    def __init__(self, xs: tuple[float, float], ys: tuple[float, float], width: int, height: int) -> None:
        self._xs, self._ys = xs, ys
        self._width, self._height = max(1, width), max(1, height)
        self._dots = np.zeros((self._height, self._width), dtype=np.int64)
        self._styles = np.full((self._height, self._width), "", dtype=object)
        self._cells: dict[tuple[int, int], Cell] = {}

    def line(
        self, xs: Sequence[float], ys: Sequence[float], style: str, kind: str = "line", *, filled: bool = False
    ) -> None:
        """Draw a line through points; one of another ``kind`` than ``line`` is faint and thin.

        With ``filled``, what lies between it and 0, or the bottom where 0 is not in the picture, is shaded.
        """
        if not len(xs):
            return
        faint = kind != "line"
        across, down = self._dots_of(np.asarray(xs, dtype=float), np.asarray(ys, dtype=float))
        columns, rows = _connected(across, down)
        inside = (columns >= 0) & (columns < 2 * self._width)
        columns, rows = columns[inside], rows[inside]
        if filled:
            self._shade(columns, rows, f"dim {style}")
        for thick in (0,) if faint else (0, 1):
            self._put(columns, rows + thick, f"dim {style}" if faint else style)

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
        column = round((x - self._xs[0]) / (self._xs[1] - self._xs[0]) * (self._width - 1))
        row = round((self._ys[1] - y) / (self._ys[1] - self._ys[0]) * (self._height - 1))
        self._cells[min(max(row, 0), self._height - 1), min(max(column, 0), self._width - 1)] = (mark, style)

    def rows(self) -> list[Content]:
        """The lines from the top."""
        return [joined(self._cell(y, x) for x in range(self._width)) for y in range(self._height)]

    def _cell(self, y: int, x: int) -> Cell:
        bits = int(self._dots[y, x])
        if (y, x) in self._cells:
            sign, style = self._cells[y, x]
            if sign != SHADE or not bits:
                return sign, style
        return (chr(0x2800 + bits), self._styles[y, x]) if bits else (" ", "")

    def _dots_of(self, xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The dots of points, two across a cell and four down; those far outside are brought nearer."""
        (left, right), (low, high) = self._xs, self._ys
        ys = np.clip(ys, low - _BEYOND * (high - low), high + _BEYOND * (high - low))
        across = (xs - left) / (right - left) * (2 * self._width - 2)
        return across, (high - ys) / (high - low) * (4 * self._height - 4) + 1

    def _put(self, columns: np.ndarray, rows: np.ndarray, style: str) -> None:
        seen = (rows >= 0) & (rows < 4 * self._height)
        columns, rows = columns[seen], rows[seen]
        np.bitwise_or.at(self._dots, (rows // 4, columns // 2), DOTS[rows % 4, columns % 2])
        self._styles[rows // 4, columns // 2] = style

    def _shade(self, columns: np.ndarray, rows: np.ndarray, style: str) -> None:
        low, high = self._ys
        zero = min(max(0.0, low), high)
        base = round((high - zero) / (high - low) * (self._height - 1))
        for column in np.unique(columns // 2).tolist():
            at = rows[columns // 2 == column]
            top, bottom = math.floor(int(at.min()) / 4), math.floor((int(at.max()) + 1) / 4)
            for row in (*range(bottom + 1, base + 1), *range(base, top)):
                if 0 <= row < self._height:
                    self._cells[row, column] = (SHADE, style)


def _connected(across: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every dot on the way from point to point."""
    if len(across) == 1:
        return np.rint(across).astype(int), np.rint(down).astype(int)
    columns, rows = [], []
    for x0, y0, x1, y1 in zip(across[:-1], down[:-1], across[1:], down[1:], strict=True):
        count = max(2, math.ceil(max(abs(x1 - x0), abs(y1 - y0))) + 1)
        columns.append(np.linspace(x0, x1, count))
        rows.append(np.linspace(y0, y1, count))
    return np.rint(np.concatenate(columns)).astype(int), np.rint(np.concatenate(rows)).astype(int)
