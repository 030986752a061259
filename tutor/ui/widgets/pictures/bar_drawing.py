"""Panels of upright bars, side by side, with a number above each bar and its label below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from tutor.ui.widgets.notation import fit
from tutor.ui.widgets.pictures.braille import joined

PANEL_GAP = 2
LEAST_HEIGHT = 5
"""A heading, two lines of bars with a number above, and the labels."""
LIKED_HEIGHT = 9
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST_BAR = 12
_NARROWEST = 3

Cell = tuple[str, str]


@dataclass(frozen=True)
class Bar:
    """A bar of ``share`` of the scale, from −1 to 1; None for one that is covered. ``before`` is a faint one behind."""

    label: str
    text: str
    share: float | None
    marked: bool = False
    before: float | None = None


@dataclass(frozen=True)
class Panel:
    """Bars under a title; ``below`` is the part of the height that lies below 0."""

    title: str
    bars: tuple[Bar, ...]
    below: float = 0.0

    @property
    def least_width(self) -> int:
        """The cells in which every bar is seen apart from its neighbours."""
        return _NARROWEST * len(self.bars)


def panels_across(panels: Sequence[Panel], width: int) -> int:
    """How many panels stand side by side at most."""
    widest = max((panel.least_width for panel in panels), default=1)
    return max(1, min(len(panels), (width + PANEL_GAP) // (widest + PANEL_GAP)))


def draw_bars(panels: Sequence[Panel], width: int, height: int, plain: bool = False) -> list[Content]:
    """The panels in at most ``height`` lines of ``width`` cells; ``plain`` draws without blocks of several heights."""
    across = panels_across(panels, width)
    rows = math.ceil(len(panels) / across)
    each = (width - PANEL_GAP * (across - 1)) // across
    tall = max(LEAST_HEIGHT, height // rows)
    lines: list[Content] = []
    for start in range(0, len(panels), across):
        drawn = [_draw_panel(panel, each, tall, plain) for panel in panels[start : start + across]]
        for y in range(tall):
            row: list[Cell] = []
            for number, panel_rows in enumerate(drawn):
                row += [(" ", "")] * (PANEL_GAP if number else 0) + panel_rows[y]
            lines.append(joined(row))
    return lines


def _draw_panel(panel: Panel, width: int, height: int, plain: bool) -> list[list[Cell]]:
    count = max(1, len(panel.bars))
    each = min(width // count, _WIDEST_BAR + 2)
    wide = max(1, each - (1 if each < 6 else 2))
    left = (width - each * count) // 2
    tall = height - 2
    # Whole rows on both sides of 0, so that bars begin at the edge of a cell.
    down = min(tall - 2, max(1, round(panel.below * tall))) if panel.below > 0 else 0
    up = tall - down
    rows = [[(" ", "")] * width for _ in range(height)]
    _write(rows[0], 0, fit(panel.title, width), "dim")
    for number, bar in enumerate(panel.bars):
        x = left + number * each + (each - wide) // 2
        style = "bold" if bar.marked else ""
        # The row above the highest bar is for its number.
        top = 1 + up - 1 - _draw_up(rows, x, wide, bar, up, plain)
        _draw_down(rows, x, wide, bar, 1 + up, down, plain)
        if cell_len(bar.text) < each + (each == wide):
            _write(rows[max(1, top)], _centred(left + number * each, each, bar.text), bar.text, style)
        label = bar.label if cell_len(bar.label) <= each - 1 else fit(bar.label, each - 1)
        _write(rows[-1], _centred(left + number * each, each, label), label, style or "dim")
    return rows


def _draw_up(rows: list[list[Cell]], x: int, wide: int, bar: Bar, up: int, plain: bool) -> int:
    """Draw what stands above 0; the number of rows that it takes."""
    share = 0.0 if bar.share is None else max(0.0, bar.share)
    before = max(0.0, bar.before or 0.0)
    most = max(1, up - 1)
    eighths, faint = (round(8 * most * min(1.0, part)) for part in (share, before))
    if plain:
        eighths, faint = 8 * round(eighths / 8), 8 * round(faint / 8)
    colour = "$accent" if bar.marked else "$primary"
    for line in range(math.ceil(max(eighths, faint) / 8)):
        y, part = up - line, min(8, max(0, eighths - 8 * line))
        if part:
            _write(rows[y], x, ("#" if plain else _EIGHTHS[part]) * wide, colour)
        elif faint > 8 * line:
            _write(rows[y], x, ("." if plain else "░") * wide, "dim")
    if not eighths and not faint and bar.share is not None and bar.share >= 0:
        _write(rows[up], x, ("_" if plain else "▁") * wide, "dim")
        return 0
    return math.ceil(max(eighths, faint) / 8)


def _draw_down(rows: list[list[Cell]], x: int, wide: int, bar: Bar, zero: int, down: int, plain: bool) -> None:
    """Draw what hangs below 0: a bar to half a cell, a faint one behind it in whole cells."""
    for line in range(round(down * min(1.0, -(bar.before or 0.0)))):
        _write(rows[zero + line], x, ("." if plain else "░") * wide, "dim")
    if bar.share is None or bar.share >= 0:
        return
    halves = max(1, round(2 * down * min(1.0, -bar.share)))
    for line in range(math.ceil(halves / 2)):
        whole = plain or halves >= 2 * line + 2
        _write(rows[zero + line], x, ("#" if plain else "█" if whole else "▀") * wide, "$text-warning")


def _centred(left: int, each: int, text: str) -> int:
    return left + max(0, (each - cell_len(text)) // 2)


def _write(row: list[Cell], x: int, text: str, style: str) -> None:
    for i, sign in enumerate(text):
        if 0 <= x + i < len(row):
            row[x + i] = (sign, style)
