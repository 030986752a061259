"""The axes of a curve as plotext draws them.

It draws a whole canvas for them, which takes longer than everything between them. So the y axis is drawn on a narrow
canvas and kept, for it seldom changes while a network trains; the x axis, which does, is drawn on a low one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tutor.ui.axes import nice_ticks, tick_text

Range = tuple[float, float]
Ticks = tuple[Sequence[float], Sequence[str]]
"""Places and their texts."""

_ESCAPE = re.compile("\x1b\\[[0-9;]*m")
_COLUMNS_A_TICK = 9
_BESIDE = 6
"""Columns right of the y axis that plotext needs to draw it."""
_X_AXIS_LINES = 2
_KEPT = 64


def drawn_axes(xs: Range, ys: Range, y_ticks: Ticks, least_ticks: int, size: tuple[int, int]) -> list[str]:
    """Both axes in lines of a ``size``, x with at least so many ticks, those of y with their texts."""
    width, height = size
    x_ticks = nice_ticks(*xs, max(least_ticks, (width - 6) // _COLUMNS_A_TICK))
    beside = _y_axis(ys, tuple(y_ticks[0]), tuple(y_ticks[1]), height)
    # A y axis of one tick that is as wide.
    place = "0" * (len(beside[0]) - 1)
    below = _built(xs, (0.0, 1.0), (x_ticks, [tick_text(x) for x in x_ticks]), ([0.0], [place]), (width, _X_AXIS_LINES))
    return [*(line.ljust(width) for line in beside[:-_X_AXIS_LINES]), *below[-_X_AXIS_LINES:]]


@lru_cache(_KEPT)
def _y_axis(ys: Range, ticks: tuple[float, ...], texts: tuple[str, ...], height: int) -> tuple[str, ...]:
    """The lines of the y axis, up to its right edge."""
    width = max(map(len, texts), default=0) + _BESIDE
    # Without a tick on the x axis there would be a line more.
    lines = _built((0.0, 1.0), ys, ([0.0], ["0"]), (ticks, texts), (width, height))
    edge = max(lines[0].find(sign) for sign in "┤│") + 1
    return tuple(line[:edge] for line in lines)


def _built(xs: Range, ys: Range, x_ticks: Ticks, y_ticks: Ticks, size: tuple[int, int]) -> list[str]:
    import plotext

    width, height = size
    plotext.clear_figure()
    plotext.theme("clear")
    # The room is a widget's, not the whole terminal's.
    plotext.limit_size(False, False)
    plotext.plot_size(width, height)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(*xs)
    plotext.ylim(*ys)
    plotext.xticks(*map(list, x_ticks))
    plotext.yticks(*map(list, y_ticks))
    # It draws axes only around points.
    plotext.scatter(list(xs), list(ys), marker=" ")
    built: str = plotext.build()
    return _ESCAPE.sub("", built).rstrip("\n").split("\n")[:height]
