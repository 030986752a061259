"""Bars on both sides of 0, and what they were before behind them; dots at any width."""

from __future__ import annotations

import pytest

from tutor.ui.widgets.pictures.bar_drawing import Bar, Panel, draw_bars
from tutor.ui.widgets.pictures.dot_drawing import Dots, draw_dots


def column(bar: Bar, x: int = 6) -> str:
    """The middle column of a panel with one bar, from the top."""
    lines = [line.plain for line in draw_bars([Panel("p", (bar,), below=0.5)], 12, 12)]
    return "".join(line[x] for line in lines[1:-1])


@pytest.mark.parametrize("share", [0.5, -0.5])
def test_what_a_bar_was_before_is_faint_on_its_own_side_of_0(share: float) -> None:
    gone = column(Bar("w", "", 0.0, before=share))
    up, down = gone[:5], gone[5:]
    assert ("░" in up) is (share > 0)
    assert ("░" in down) is (share < 0)


def test_a_bar_hides_what_it_was_as_far_as_it_reaches() -> None:
    assert column(Bar("w", "", -1.0, before=-0.4))[5:] == "█████"
    shrunk = column(Bar("w", "", -0.4, before=-1.0))[5:]
    assert shrunk == "██░░░"


def test_before_is_seen_while_the_bar_is_covered() -> None:
    assert "░" in column(Bar("w", "?", None, before=-0.8))
    assert "█" not in column(Bar("w", "?", None, before=-0.8))


@pytest.mark.parametrize("width", [1, 2, 7, 8, 10, 16, 40])
def test_dots_keep_within_any_width(width: int) -> None:
    rows = [Dots("layer 1", (("a", -1.0), ("b", 1.0)), 0.0, 0.5, "mean 0")]
    lines = draw_dots(rows, -1.0, 1.0, width, 4)
    assert all(line.cell_length == width for line in lines)
    if width >= 2:
        assert sum(line.plain.count("●") for line in lines) == 2
