"""Curves as text: the axes, their ticks, and the lines between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from textual.content import Content

from tutor.labs.kit.readouts import Curve, Series
from tutor.language.catalogue import _
from tutor.training.history import Points, reduce_extremes
from tutor.ui.axes import heights, nice_ticks, same_unit, spread, tick_text
from tutor.ui.drawn_axes import drawn_axes
from tutor.ui.log_axis import log_axis, logarithms, why_not
from tutor.ui.palette import ATTENTION, BACKWARD, NEGATIVE, POSITIVE
from tutor.ui.widgets.pictures.line_drawing import SHADE, LineDrawing

SMALLEST_WIDTH = 16
SMALLEST_HEIGHT = 4
STRIP_HEIGHT = 2
"""The least height of a curve without an x axis, between the numbers at the ends of its y axis."""

LINE_MARKS = ("─", "×", "+", "*", "◇", "o")
"""The sign of each line next to its label: the first line is bare, the others have marks every few columns."""
FAINT_MARK = "┄"
"""The sign of a faint line to compare with."""

LINE_STYLES = (POSITIVE, NEGATIVE, "$text-success", BACKWARD, "$text-secondary", "$text-error")
POINT = "●"
POINT_STYLE = f"bold {ATTENTION}"

UPRIGHT, UPRIGHT_FOOT, UPRIGHT_STYLE = "│", "↑", "bold"
"""The line at the place that is read, behind the others, and its end on the axis."""

PLANE_TICKS = 5
"""So many ticks may stand on an axis of any length: among fewer there may be no two round numbers."""

_LARGEST = 1e100
_LEAST_WITH_THREE = 4
"""The height of a plot above which three ticks have lines of their own."""
_AXES = "dim"
_FEW_ARROWS, _SLIMMER = 3, 1.5
"""More arrows than these are so many times thinner."""
_OWN = ("line", "aid")
"""The kinds of lines that have a mark of their own."""
_BESIDE = ("ghost", "edge")
"""The kinds that belong to the line before them."""


def line_style(number: int, kind: str = "line") -> str:
    """The theme's style of the line with this number."""
    style = LINE_STYLES[number % len(LINE_STYLES)]
    return f"dim {style}" if is_faint(kind) else style


def is_faint(kind: str) -> bool:
    """Whether a line of this kind is faint and thin."""
    return kind in ("raw", "ghost", "edge")


def line_mark(number: int) -> str:
    """The mark of the line with this number, which identifies it without colours."""
    return LINE_MARKS[number % len(LINE_MARKS)]


def line_numbers(curve: Curve) -> list[int]:
    """The number of each line, for its style and mark: raw values have that of the line that smooths them; a line to
    compare with and the edges of a band have that of the line before them.
    """
    numbers, lines = [], 0
    for series in curve.series:
        numbers.append(max(0, lines - 1) if series.kind in _BESIDE else lines)
        lines += series.kind in _OWN
    return numbers


def line_signs(curve: Curve) -> list[tuple[str, str]]:
    """The sign of each line and its style; none for raw values, which belong to the line that smooths them."""
    signs = []
    for number, series in zip(line_numbers(curve), curve.series, strict=True):
        if series.kind == "raw":
            signs.append(("", ""))
        elif series.kind == "ghost":
            signs.append((FAINT_MARK, f"dim {line_style(number)}"))
        elif series.kind == "edge":
            signs.append((SHADE, f"dim {line_style(number)}"))
        else:
            signs.append((line_mark(number), f"bold {line_style(number)}"))
    return signs


def legend(curve: Curve) -> list[tuple[str, str, str]]:
    """The sign, the style and the words of each line that has an entry; none for a single line.

    The edges of the first band have one together; those of others lie around their lines and have their colours.
    """
    if len(curve.series) < 2:
        return []
    signed = list(zip(line_signs(curve), curve.series, strict=True))
    entries = [(*sign, series.label) for sign, series in signed if series.kind not in ("raw", "edge")]
    edges = [(sign, series) for sign, series in signed if series.kind == "edge"][:2]
    if edges:
        entries.append((SHADE, "", _(" to ").join(series.label for _, series in edges)))
    marked = [(POINT, POINT_STYLE, curve.marker_label)] if curve.marker is not None and curve.marker_label else []
    arrows = [series.label for series in curve.series if _is_arrow(curve, (series.xs, series.ys))]
    side = [(SHADE, "", _("side of {arrows}").format(arrows=arrows[0]))] if _has_side(curve, len(arrows)) else []
    return entries + marked + side


@dataclass(frozen=True)
class Plot:
    """A drawn curve: its lines, and where its x axis is: from ``left`` in column ``start`` to ``right`` in the last."""

    rows: list[Content]
    left: float
    right: float
    start: int

    def x_at(self, column: int) -> float:
        """The place of the x axis at a column of the picture; the nearer end beside it."""
        last = max(1, self.rows[0].cell_length - 1 - self.start)
        return self.left + (self.right - self.left) * min(max(column - self.start, 0), last) / last


def draw_curve(curve: Curve, width: int, height: int) -> list[Content]:
    """The curve with its axes in ``height`` lines of at most ``width`` cells.

    Empty if there is no finite point, or less room than ``SMALLEST_WIDTH`` × ``SMALLEST_HEIGHT``.
    """
    plot = plotted(curve, width, height)
    return plot.rows if plot is not None else []


def plotted(curve: Curve, width: int, height: int, *, log: bool = False, at: float | None = None) -> Plot | None:
    """As ``draw_curve``, or None; on a ``log`` y axis if the curve can have one, with an upright line ``at`` x."""
    log = log and not why_not(curve)
    marked, curve = curve.marker, logarithms(curve) if log else curve
    lines = [_reduced(series, max(1, width - 6)) for series in curve.series]
    # A line that is there to compare with does not make the others smaller.
    own = [line for line, series in zip(lines, curve.series, strict=True) if series in curve.own and line[0]]
    xs = [x for line in own or lines for x in line[0]]
    ys = [y for line in lines for x, y in zip(*line, strict=True) if min(xs) <= x <= max(xs)]
    strip = height < SMALLEST_HEIGHT and not curve.y_label
    if not xs or width < SMALLEST_WIDTH or height < (STRIP_HEIGHT if strip else SMALLEST_HEIGHT):
        return None
    left, right = spread(min(xs), max(xs))
    # With two ticks alone, lines on both sides of 0 would be pressed between −10 and 10.
    most_ticks = max(3 if height > _LEAST_WITH_THREE else 2, (height - 2) // 3 + 1)
    y_ticks, low, high = (log_axis if log else heights)(curve, min(ys), max(ys), most_ticks)
    if curve.y_label:
        beside = 1 + max(len(tick_text(y)) for y in y_ticks)
        left, right, low, high = same_unit((left, right), (min(ys), max(ys)), width - beside, height - 2)
        y_ticks = nice_ticks(low, high, max(PLANE_TICKS, most_ticks))
    y_texts = [tick_text(10**y if log else y) for y in y_ticks]
    if strip:
        # Round ends would leave half of so few lines empty.
        low, high = spread(min(low, min(ys)), max(ys))
        axes = _ends_of_y((low, high), (width, height), log)
    else:
        least = PLANE_TICKS if curve.y_label else 2
        axes = drawn_axes((left, right), (low, high), (y_ticks, y_texts), least, (width, height))
    # What the axes leave free, from the line of the y axis on, is where the lines go.
    start = max(axes[0].find(sign) for sign in "┤│") + 1
    drawing = LineDrawing((left, right), (low, high), width - start, height if strip else height - 2)
    _draw_lines(drawing, curve, lines, marked, shaded=not log)
    if at is not None and any(min(each.xs) <= at <= max(each.xs) for each in curve.series if each.xs):
        drawing.upright(at, UPRIGHT, UPRIGHT_STYLE)
        if not strip:
            column = start + drawing.column(at)
            axes[-2] = f"{axes[-2][:column]}{UPRIGHT_FOOT}{axes[-2][column + 1 :]}"
    drawn = drawing.rows()
    rows = [
        Content.assemble((row[:start], _AXES), drawn[y]) if y < len(drawn) else Content.styled(row, _AXES)
        for y, row in enumerate(axes)
    ]
    return Plot(rows, left, right, start)


def _ends_of_y(ys: tuple[float, float], size: tuple[int, int], log: bool) -> list[str]:
    """A y axis with a number at either end, and no x axis."""
    width, height = size
    low, high = (f"{10**y if log else y:.3g}".replace("-", "−") for y in ys)
    wide = max(len(low), len(high))
    texts = [high, *[""] * (height - 2), low]
    return [f"{text:>{wide}}┤".ljust(width) for text in texts]


def _draw_lines(
    drawing: LineDrawing, curve: Curve, lines: list[Points], marked: tuple[float, float] | None, *, shaded: bool
) -> None:
    """Faint lines below the others; marks, and the marked point with the coordinates ``marked``, on top.

    With ``shaded`` the area below the first line is, and of two lines what lies between them; a band always is.
    """
    numbered = list(zip(line_numbers(curve), lines, curve.series, strict=True))
    own = [each for each in numbered if each[2].kind == "line"]
    edges = [each for each in numbered if each[2].kind == "edge"]
    area = own[0][2] if own and shaded and not curve.y_label and not edges else None
    arrows = [(number, points) for number, points, _ in numbered if _is_arrow(curve, points)]
    _draw_arrows(drawing, arrows, compared=_has_side(curve, len(arrows)))
    for (number, low, __), upper in zip(edges[::2], edges[1::2], strict=True):
        drawing.between(low, upper[1], (line_style(number), line_style(number)), gap=False)
    for number, points, series in sorted(numbered, key=lambda each: not is_faint(each[2].kind)):
        if (number, points) not in arrows:
            style = line_style(number, series.kind)
            drawing.line(*points, style, thick=not is_faint(series.kind), filled=series is area)
    if area is not None and len(own) == 2:
        (first, one, __), (second, other, __) = own
        drawing.between(one, other, (line_style(first), line_style(second)))
    for number, points, series in numbered:
        if number and series.kind in _OWN:
            drawing.marks(*points, line_mark(number), line_style(number), number)
    if curve.marker is not None and marked is not None and all(abs(v) < _LARGEST for v in marked):
        x, y = curve.marker
        drawing.point(x, y, POINT, POINT_STYLE)
        drawing.label(x, y, f"({', '.join(map(tick_text, marked))})", POINT_STYLE)


def _is_arrow(curve: Curve, points: Points) -> bool:
    """Whether a line of a plane goes straight from the marked point to another."""
    return bool(curve.y_label) and len(points[0]) == 2 and (points[0][0], points[1][0]) == curve.marker


def _has_side(curve: Curve, arrows: int) -> bool:
    """Whether the side to which the first arrow points is shaded: where there are others to compare with it."""
    return curve.compared and arrows > 1


def _draw_arrows(drawing: LineDrawing, arrows: Sequence[tuple[int, Points]], *, compared: bool) -> None:
    """The side of the first of several arrows, the angle between two; the longest first, or it would hide another."""
    ends = [((xs[0], ys[0]), (xs[1], ys[1]), line_style(number)) for number, (xs, ys) in arrows]
    if compared:
        drawing.side(ends[0][0], ends[0][1], _AXES)
    if compared and len(ends) == 2:
        corner, one, other = ends[0][0], ends[0][1], ends[1][1]
        drawing.angle(corner, one, other, f"dim {ATTENTION}")
    for tail, tip, style in sorted(ends, key=lambda end: -math.dist(*end[:2])):
        drawing.arrow(tail, tip, style, _SLIMMER if len(ends) > _FEW_ARROWS else 1.0)


def cut_text(curve: Curve) -> str:
    """A note if a line goes beyond the picture; else empty."""
    ys = [y for series in curve.series for y in series.ys if not math.isnan(y)]
    if not curve.cut or not ys:
        return ""
    above = curve.high is not None and max(ys) > curve.high
    below = curve.low is not None and min(ys) < curve.low
    ends = [tick_text(end) for end, cut in ((curve.high, above), (curve.low, below)) if end is not None and cut]
    return _("cut at {ends}").format(ends=" and ".join(ends)) if ends else ""


def _reduced(series: Series, columns: int) -> Points:
    xs, ys = np.asarray(series.xs, dtype=float), np.asarray(series.ys, dtype=float)
    # Leave out points that cannot be drawn; beyond this, differences overflow.
    keep = (np.abs(xs) < _LARGEST) & (np.abs(ys) < _LARGEST)
    return reduce_extremes(tuple(xs[keep].tolist()), tuple(ys[keep].tolist()), columns)
