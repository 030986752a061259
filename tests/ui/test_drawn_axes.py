"""The axes of curves: as plotext draws them on one canvas, though x and y are drawn apart."""

from __future__ import annotations

import random
import re

import plotext
import pytest

from tutor.ui.axes import nice_ticks, spread, tick_text
from tutor.ui.drawn_axes import drawn_axes


def on_one_canvas(
    xs: tuple[float, float], ys: tuple[float, float], x_ticks: list[float], y_ticks: list[float], size: tuple[int, int]
) -> list[str]:
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)
    plotext.plot_size(*size)
    plotext.xaxes(True, False)
    plotext.yaxes(True, False)
    plotext.xlim(*xs)
    plotext.ylim(*ys)
    plotext.xticks(x_ticks, list(map(tick_text, x_ticks)))
    plotext.yticks(y_ticks, list(map(tick_text, y_ticks)))
    plotext.scatter(list(xs), list(ys), marker=" ")
    return re.sub("\x1b\\[[0-9;]*m", "", plotext.build()).rstrip("\n").split("\n")[: size[1]]


@pytest.mark.parametrize("seed", range(60))
def test_they_are_those_of_one_canvas(seed: int) -> None:
    rng = random.Random(seed)
    width, height = rng.randint(16, 150), rng.randint(4, 50)
    left, low = rng.choice([0.0, 1.0, -5.0, rng.uniform(-1e3, 1e3)]), rng.uniform(-1, 1) * 10 ** rng.randint(-5, 5)
    xs = spread(left, left + rng.choice([1, 2, 300, 10 ** rng.uniform(-6, 6)]))
    high = low + 10 ** rng.uniform(-4, 5)
    least = rng.choice([2, 5])
    y_ticks = nice_ticks(low, high, rng.choice([2, 3, max(3, (height - 2) // 3 + 1)]))
    x_ticks = nice_ticks(*xs, max(least, (width - 6) // 9))
    ys = min(low, y_ticks[0]), max(high, y_ticks[-1])
    drawn = drawn_axes(xs, ys, (y_ticks, list(map(tick_text, y_ticks))), least, (width, height))
    assert drawn == on_one_canvas(xs, ys, x_ticks, y_ticks, (width, height))
