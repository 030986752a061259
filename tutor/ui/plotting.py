"""Curves as text: the axes, their ticks, and the lines between them."""

from __future__ import annotations

import math
import re

import numpy as np
from textual.content import Content

from tutor.labs.kit.readouts import Curve, Series
from tutor.training.history import Points, reduce_extremes
from tutor.ui.palette import ATTENTION, BACKWARD, NEGATIVE, POSITIVE
from tutor.ui.widgets.pictures.line_drawing import LineDrawing

SMALLEST_WIDTH = 16
SMALLEST_HEIGHT = 4

LINE_MARKS = ("─", "×", "o", "+", "*", "◇")
"""The sign of each line next to its label: the first line is bare, the others have marks every few columns."""
FAINT_MARK = "┄"
"""The sign of a faint line to compare with."""

LINE_STYLES = (POSITIVE, NEGATIVE, "$text-success", BACKWARD, "$text-secondary", "$text-error")
POINT = "●"
POINT_STYLE = f"bold {ATTENTION}"

PLANE_TICKS = 5
"""So many ticks may stand on an axis of any length: among fewer there may be no two round numbers."""

_LARGEST = 1e100
_LEAST_WITH_THREE = 4
"""The height of a plot above which three ticks have lines of their own."""
_ESCAPE = re.compile("\x1b\\[[0-9;]*m")
_AXES = "dim"
_COLUMNS_A_TICK = 9
_OWN = ("line", "aid")
"""The kinds of lines that have a mark of their own."""


def line_style(number: int, kind: str = "line") -> str:
    """The theme's style of the line with this number."""
    style = LINE_STYLES[number % len(LINE_STYLES)]
    return f"dim {style}" if is_faint(kind) else style


def is_faint(kind: str) -> bool:
    """Whether a line of this kind is faint and thin."""
    return kind in ("raw", "ghost")


def line_mark(number: int) -> str:
    """The mark of the line with this number, which identifies it without colours."""
    return LINE_MARKS[number % len(LINE_MARKS)]


def line_numbers(curve: Curve) -> list[int]:
    """The number of each line, for its style and mark: raw values have that of the line that smooths them, and a line
    to compare with has that of the line before it.
    """
    numbers, lines = [], 0
    for series in curve.series:
        numbers.append(max(0, lines - 1) if series.kind == "ghost" else lines)
        lines += series.kind in _OWN
    return numbers


def legend(curve: Curve) -> list[tuple[str, str, str]]:
    """The sign, the style and the words of each line that has an entry; none for a single line."""
    named = [(n, s) for n, s in zip(line_numbers(curve), curve.series, strict=True) if s.kind != "raw"]
    if len(curve.series) < 2:
        return []
    signs = [(FAINT_MARK, "dim ") if s.kind == "ghost" else (line_mark(n), "bold ") for n, s in named]
    entries = [(sign, f"{how}{line_style(n)}", s.label) for (sign, how), (n, s) in zip(signs, named, strict=True)]
    marked = [(POINT, POINT_STYLE, curve.marker_label)] if curve.marker is not None and curve.marker_label else []
    return entries + marked


def draw_curve(curve: Curve, width: int, height: int) -> list[Content]:
    """The curve with its axes in ``height`` lines of at most ``width`` cells.

    Empty if there is no finite point, or less room than ``SMALLEST_WIDTH`` × ``SMALLEST_HEIGHT``.
    """
    lines = [_reduced(series, max(1, width - 6)) for series in curve.series]
    # A line that is there to compare with does not make the others smaller.
    own = [line for line, series in zip(lines, curve.series, strict=True) if series.kind != "ghost" and line[0]]
    xs = [x for line in own or lines for x in line[0]]
    ys = [y for line in lines for x, y in zip(*line, strict=True) if min(xs) <= x <= max(xs)]
    if not xs or width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT:
        return []
    left, right = _spread(min(xs), max(xs))
    # With two ticks alone, lines on both sides of 0 would be pressed between −10 and 10.
    most_ticks = max(3 if height > _LEAST_WITH_THREE else 2, (height - 2) // 3 + 1)
    y_ticks, low, high = _heights(curve, min(ys), max(ys), most_ticks)
    if curve.y_label:
        beside = 1 + max(len(tick_text(y)) for y in y_ticks)
        left, right, low, high = _same_unit((left, right), (min(ys), max(ys)), width - beside, height - 2)
        y_ticks = nice_ticks(low, high, max(PLANE_TICKS, most_ticks))
    axes = _axes((left, right), (low, high), y_ticks, PLANE_TICKS if curve.y_label else 2, (width, height))
    # What the axes leave free, from the line of the y axis on, is where the lines go.
    start = max(axes[0].find(sign) for sign in "┤│") + 1
    drawing = LineDrawing((left, right), (low, high), width - start, height - 2)
    _draw_lines(drawing, curve, lines)
    drawn = drawing.rows()
    return [
        Content.assemble((row[:start], _AXES), drawn[y]) if y < len(drawn) else Content.styled(row, _AXES)
        for y, row in enumerate(axes)
    ]


def _axes(
    xs: tuple[float, float], ys: tuple[float, float], y_ticks: list[float], least_ticks: int, size: tuple[int, int]
) -> list[str]:
    """Both axes with their ticks, as plotext draws them."""
    import plotext

    width, height = size
    x_ticks = nice_ticks(*xs, max(least_ticks, (width - 6) // _COLUMNS_A_TICK))
    plotext.clear_figure()
    plotext.theme("clear")
    # The room is a widget's, not the whole terminal's.
    plotext.limit_size(False, False)
    plotext.plot_size(width, height)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(*xs)
    plotext.ylim(*ys)
    plotext.xticks(x_ticks, [tick_text(x) for x in x_ticks])
    plotext.yticks(y_ticks, [tick_text(y) for y in y_ticks])
    # It draws axes only around points.
    plotext.scatter(list(xs), list(ys), marker=" ")
    built: str = plotext.build()
    return _ESCAPE.sub("", built).rstrip("\n").split("\n")[:height]


def _draw_lines(drawing: LineDrawing, curve: Curve, lines: list[Points]) -> None:
    """Faint lines below the others; marks, and the marked point with its coordinates, on top."""
    numbered = list(zip(line_numbers(curve), lines, curve.series, strict=True))
    single = sum(series.kind == "line" for series in curve.series) == 1 and not curve.y_label
    for number, points, series in sorted(numbered, key=lambda each: not is_faint(each[2].kind)):
        filled, thick = single and series.kind == "line", not is_faint(series.kind)
        drawing.line(*points, line_style(number, series.kind), thick=thick, filled=filled)
    for number, points, series in numbered:
        if number and series.kind in _OWN:
            drawing.marks(*points, line_mark(number), line_style(number), number)
    if curve.marker is not None and all(abs(v) < _LARGEST for v in curve.marker):
        x, y = curve.marker
        drawing.point(x, y, POINT, POINT_STYLE)
        drawing.label(x, y, f"({tick_text(x)}, {tick_text(y)})", POINT_STYLE)


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


def _same_unit(
    across: tuple[float, float], up: tuple[float, float], columns: int, rows: int
) -> tuple[float, float, float, float]:
    """The ends of both axes, one of them widened: a unit is as long across as up, in cells twice as tall as wide."""
    # The ends stand in the middle of the first cell and of the last.
    steps_across, steps_up = max(1, columns - 1), 2 * max(1, rows - 1)
    unit = max((across[1] - across[0]) / steps_across, (up[1] - up[0]) / steps_up)
    more_x, more_y = (unit * steps_across - across[1] + across[0]) / 2, (unit * steps_up - up[1] + up[0]) / 2
    # Next to numbers that are large enough, widening by a unit changes nothing.
    left, right = _spread(across[0] - more_x, across[1] + more_x)
    return left, right, *_spread(up[0] - more_y, up[1] + more_y)


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
