"""Curves as text: the axes, their ticks, and the lines between them."""

from __future__ import annotations

import math

import numpy as np
from rich.cells import cell_len
from textual.content import Content

from tutor.labs.kit.readouts import Curve, Series
from tutor.training.history import Points, reduce_extremes
from tutor.ui.widgets.pictures.braille import joined
from tutor.ui.widgets.pictures.line_drawing import Cell, LineDrawing

SMALLEST_WIDTH = 16
SMALLEST_HEIGHT = 4

LINE_MARKS = ("─", "×", "o", "+", "*", "◇")
"""The sign of each line next to its label: the first line is bare, the others have marks every few columns."""
RAW_MARK = "·"
"""The sign of faint values behind a line."""

LINE_STYLES = ("$primary", "$text-warning", "$text-success", "$text-secondary", "$text-error", "$text-accent")
POINT = "●"
POINT_STYLE = "bold $text-accent"

_LARGEST = 1e100
_COLUMNS_A_TICK = 9
_AXES = "dim"


def line_style(number: int, kind: str = "line") -> str:
    """The theme's style of the line with this number."""
    style = LINE_STYLES[number % len(LINE_STYLES)]
    return f"dim {style}" if is_faint(kind) else style


def is_faint(kind: str) -> bool:
    """Whether a line of this kind is faint and thin."""
    return kind in ("raw", "ghost")


def line_mark(number: int, kind: str = "line") -> str:
    """The mark of the line with this number, which identifies it without colours."""
    return RAW_MARK if kind == "raw" else LINE_MARKS[number % len(LINE_MARKS)]


def draw_curve(curve: Curve, width: int, height: int) -> list[Content]:
    """The curve with its axes in ``height`` lines of at most ``width`` cells.

    Empty if there is no finite point, or less room than ``SMALLEST_WIDTH`` × ``SMALLEST_HEIGHT``.
    """
    lines = [_reduced(series, max(1, width - 6)) for series in curve.series]
    xs = [x for line in lines for x in line[0]]
    ys = [y for line in lines for y in line[1]]
    if not xs or width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT:
        return []
    left, right = _spread(min(xs), max(xs))
    tall = height - 2
    y_ticks, low, high = _heights(curve, min(ys), max(ys), max(2, tall // 3 + 1))
    y_texts = [tick_text(y) for y in y_ticks]
    gutter = min(max(map(cell_len, y_texts)), width // 2)
    drawing = LineDrawing((left, right), (low, high), width - gutter - 1, tall)
    _draw_lines(drawing, curve, lines)
    axis = {drawing.row(y): text for y, text in zip(y_ticks, y_texts, strict=True)}
    names = (axis.get(y, "")[:gutter].rjust(gutter) + ("┤" if y in axis else "│") for y in range(tall))
    return [
        *(Content.assemble((name, _AXES), row) for name, row in zip(names, drawing.rows(), strict=True)),
        *_x_axis(drawing, nice_ticks(left, right, max(2, width // _COLUMNS_A_TICK)), gutter, width),
    ]


def _draw_lines(drawing: LineDrawing, curve: Curve, lines: list[Points]) -> None:
    """Faint lines below the others; marks, and the marked point with its coordinates, on top."""
    numbered = list(enumerate(zip(lines, curve.series, strict=True)))
    single = sum(series.kind == "line" for series in curve.series) == 1
    for number, (points, series) in sorted(numbered, key=lambda each: not is_faint(each[1][1].kind)):
        filled, thick = single and series.kind == "line", not is_faint(series.kind)
        drawing.line(*points, line_style(number, series.kind), thick=thick, filled=filled)
    for number, (points, series) in numbered:
        if number and series.kind != "raw":
            drawing.marks(*points, line_mark(number), line_style(number, series.kind), number)
    if curve.marker is not None and all(abs(v) < _LARGEST for v in curve.marker):
        x, y = curve.marker
        drawing.point(x, y, POINT, POINT_STYLE)
        drawing.label(x, y, f"({tick_text(x)}, {tick_text(y)})", POINT_STYLE)


def _x_axis(drawing: LineDrawing, ticks: list[float], gutter: int, width: int) -> list[Content]:
    """The axis with its ticks, each in the column of its x, and the line of their numbers, as far as they have room."""
    start = gutter + 1
    axis: list[Cell] = [(" ", "")] * gutter + [("└", _AXES)] + [("─", _AXES)] * (width - start)
    texts: list[Cell] = [(" ", "")] * width
    end = 0
    for tick in ticks:
        at, text = start + drawing.column(tick), tick_text(tick)
        axis[at] = ("┬", _AXES)
        first = min(at - cell_len(text) // 2, width - cell_len(text))
        if first >= end:
            for x, sign in enumerate(text, start=first):
                texts[x] = (sign, _AXES)
            end = first + cell_len(text) + 1
    return [joined(axis), joined(texts)]


def nice_ticks(low: float, high: float, most: int, outward: bool = False) -> list[float]:
    """About ``most`` round numbers at most from ``low`` to ``high``; with ``outward`` they cover both ends.

    >>> nice_ticks(0, 1, 3), nice_ticks(0.03, 1.7, 3, outward=True)
    ([0.0, 0.5, 1.0], [0.0, 1.0, 2.0])
    """
    low, high = _spread(low, high)
    step = 10.0 ** math.floor(math.log10(high - low))
    for factor in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0):
        start, end = low / (step * factor), high / (step * factor)
        first = math.floor(start + 1e-9) if outward else math.ceil(start - 1e-9)
        last = math.ceil(end - 1e-9) if outward else math.floor(end + 1e-9)
        if last - first + 1 <= max(2, most):
            break
    ticks = [round(n * step * factor, 12) if step > 1e-9 else n * step * factor for n in range(first, last + 1)]
    return ticks if len(ticks) > 1 else [low, high]


def tick_text(value: float) -> str:
    """A short label for a number on an axis."""
    return f"{value + 0.0:.4g}".replace("e+0", "e").replace("e-0", "e-").replace("-", "−")


def _heights(curve: Curve, least: float, greatest: float, most_ticks: int) -> tuple[list[float], float, float]:
    """The ticks of the y axis and its two ends: the curve's own if its points keep within them, else ticks."""
    fixed_low = curve.low is not None and (curve.cut or curve.low <= least)
    fixed_high = curve.high is not None and (curve.cut or curve.high >= greatest)
    low = curve.low if curve.low is not None and fixed_low else least
    high = curve.high if curve.high is not None and fixed_high else greatest
    if high < low:  # all the points lie beyond a given end
        low, high = (low, low) if fixed_low else (high, high)
    ticks = nice_ticks(low, high, most_ticks, outward=True)
    low, high = _spread(low, high)
    return ticks, low if fixed_low else ticks[0], high if fixed_high else ticks[-1]


def cut_text(curve: Curve) -> str:
    """A note if a line goes beyond the picture; else empty."""
    ys = [y for series in curve.series for y in series.ys if not math.isnan(y)]
    if not curve.cut or not ys:
        return ""
    above = curve.high is not None and max(ys) > curve.high
    below = curve.low is not None and min(ys) < curve.low
    ends = [tick_text(end) for end, cut in ((curve.high, above), (curve.low, below)) if end is not None and cut]
    return f"cut at {' and '.join(ends)}" if ends else ""


def _spread(low: float, high: float) -> tuple[float, float]:
    """The same range, or a range around the value if it is a single value."""
    if high - low > 1e-12 * max(1e-300, abs(low), abs(high)):
        return low, high
    around = abs(low) / 2 or 0.5
    return low - around, high + around


def _reduced(series: Series, columns: int) -> Points:
    xs, ys = np.asarray(series.xs, dtype=float), np.asarray(series.ys, dtype=float)
    # Leave out points that cannot be drawn; beyond this, differences overflow.
    keep = (np.abs(xs) < _LARGEST) & (np.abs(ys) < _LARGEST)
    return reduce_extremes(tuple(xs[keep].tolist()), tuple(ys[keep].tolist()), columns)
