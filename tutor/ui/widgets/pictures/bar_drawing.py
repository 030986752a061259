"""Panels of upright bars, side by side, with a number above each bar and its label below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content

from tutor.ui.palette import ATTENTION, NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import MASK, fit, wrap
from tutor.ui.widgets.pictures.braille import Cell, joined, write

LEAST_HEIGHT = 5
"""A heading, two lines of bars with a number above, and the labels."""
LIKED_HEIGHT = 9
_GAP, _WIDE_GAP = 1, 2
_TWO_LINES_FROM = 6
"""The height of a panel from which a title may take two lines."""
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_WIDEST_BAR = 20
_NARROWEST_PANEL = 6
_FEW = 6
"""The most bars of which each gets three cells at least; more get two."""
_LABEL = 5
"""The cells that a label gets at least, if it is that long."""
_SHIFTS = (0, 1, -1, 2, -2)
"""Where a number may stand, in cells from the middle of its bar, best first."""

Rows = list[list[Cell]]


@dataclass(frozen=True)
class Bar:
    """A bar of ``share`` of the scale, from −1 to 1; None for one that is covered. ``before`` is a faint one behind.

    ``texts`` are ways to write its number, the best and longest first.
    """

    label: str
    texts: tuple[str, ...]
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
        """The cells in which every bar is seen apart from its neighbours, and most of its label."""
        label = min(_LABEL, max((cell_len(bar.label) for bar in self.bars), default=0))
        return max(_NARROWEST_PANEL, max(3 if len(self.bars) <= _FEW else 2, label + 1) * len(self.bars))


def panels_across(panels: Sequence[Panel], width: int) -> int:
    """How many panels stand side by side: as many as fit, in rows of about the same number."""
    for rows in range(1, len(panels)):
        across = math.ceil(len(panels) / rows)
        if all(row_width(part) <= width for part in _parts(panels, across)):
            return across
    return 1


def _parts(panels: Sequence[Panel], across: int) -> Iterator[Sequence[Panel]]:
    return (panels[start : start + across] for start in range(0, len(panels), across))


def row_width(panels: Sequence[Panel], gap: int = _GAP) -> int:
    """The cells that panels side by side need at least."""
    return sum(panel.least_width for panel in panels) + gap * max(0, len(panels) - 1)


def draw_bars(panels: Sequence[Panel], width: int, height: int, plain: bool = False) -> list[Content]:
    """The panels in at most ``height`` lines of ``width`` cells; ``plain`` draws without blocks of several heights."""
    across = panels_across(panels, width)
    tall = max(LEAST_HEIGHT, height // math.ceil(len(panels) / across)) if panels else 0
    longest = max((len(panel.bars) for panel in panels), default=0)
    lines: list[Content] = []
    for part in _parts(panels, across):
        gap = _WIDE_GAP if row_width(part, _WIDE_GAP) <= width else _GAP
        widths = _widths(part, width - gap * (len(part) - 1))
        titles = [_title(panel.title, wide, tall) for panel, wide in zip(part, widths, strict=True)]
        head = max(map(len, titles))
        drawn = [
            _draw_panel(panel, title, wide, tall, head, plain, longest if across == 1 else 0)
            for panel, title, wide in zip(part, titles, widths, strict=True)
        ]
        for y in range(tall):
            row: list[Cell] = []
            for number, panel_rows in enumerate(drawn):
                row += [(" ", "")] * (gap if number else 0) + panel_rows[y]
            lines.append(joined(row[:width]))
    return lines[: max(0, height)]


def _widths(panels: Sequence[Panel], width: int) -> list[int]:
    """``width`` cells shared in proportion to what each panel needs at least."""
    needed = [panel.least_width for panel in panels]
    ends = [width * sum(needed[: i + 1]) // sum(needed) for i in range(len(needed))]
    return [max(1, end - start) for start, end in zip([0, *ends], ends, strict=False)]


def _title(title: str, width: int, height: int) -> list[str]:
    lines = wrap(title, width) if height >= _TWO_LINES_FROM and title else [title]
    return lines if len(lines) <= 2 else [lines[0], " ".join(lines[1:])]


def _draw_panel(
    panel: Panel, title: Sequence[str], width: int, height: int, head: int, plain: bool, longest: int
) -> Rows:
    """``longest`` is the number of bars of the longest panel above or below: the halves of one row are in line."""
    slots = longest if longest == len(panel.bars) + 1 else len(panel.bars)
    each = max(1, min(width // max(1, slots), _WIDEST_BAR + 2))
    wide = max(1, each - max(1, each // 5))
    left = max(0, (width - each * slots) // 2)
    tall = height - head - 1
    # Whole rows on both sides of 0, so that bars begin at the edge of a cell. One above it is for numbers.
    down = min(tall - (1 if panel.below == 1 else 2), max(1, round(panel.below * tall))) if panel.below > 0 else 0
    zero = height - 1 - down
    rows: Rows = [[(" ", "")] * width for _ in range(height)]
    for y, text in enumerate(title):
        write(rows[y], 0, fit(text, width), "dim")
    tops = []
    for number, bar in enumerate(panel.bars):
        x = left + number * each + (each - wide) // 2
        if bar.share is None and not bar.before:
            tops.append(_draw_outline(rows, x, wide, head))
        else:
            tops.append(zero - 1 - _draw_up(rows, x, wide, bar, zero, zero - head, plain))
        if (bar.share is not None and bar.share < 0) or (bar.before or 0.0) < 0:
            _draw_down(rows, x, wide, bar, zero, down, plain)
        label = bar.label if cell_len(bar.label) < each else fit(bar.label, max(1, each - 1))
        write(rows[-1], left + number * each + max(0, (each - cell_len(label)) // 2), label, _style(bar) or "dim")
    middles = [left + number * each + (each - wide) // 2 + wide // 2 for number in range(len(panel.bars))]
    _write_numbers(rows, panel.bars, middles, [max(head, top) for top in tops])
    return rows


def _style(bar: Bar) -> str:
    return "bold" if bar.marked else ""


def _draw_up(rows: Rows, x: int, wide: int, bar: Bar, zero: int, up: int, plain: bool) -> int:
    """Draw what stands above 0, in ``up`` lines of which the first is for a number; how many lines it takes."""
    share = 0.0 if bar.share is None else max(0.0, bar.share)
    before = max(0.0, bar.before or 0.0)
    eighths, faint = (round(8 * max(1, up - 1) * min(1.0, part)) for part in (share, before))
    if plain:
        eighths, faint = 8 * round(eighths / 8), 8 * round(faint / 8)
    colour = ATTENTION if bar.marked else POSITIVE
    for line in range(math.ceil(max(eighths, faint) / 8)):
        y, part = zero - 1 - line, min(8, max(0, eighths - 8 * line))
        if part:
            write(rows[y], x, ("#" if plain else _EIGHTHS[part]) * wide, colour)
        elif faint > 8 * line:
            write(rows[y], x, ("." if plain else "░") * wide, "dim")
    if eighths or faint or bar.share is None or bar.share < 0:
        return math.ceil((eighths or faint) / 8)
    write(rows[zero - 1], x, ("_" if plain else "▁") * wide, "dim")
    return 1 if up > 1 else 0


def _draw_down(rows: Rows, x: int, wide: int, bar: Bar, zero: int, down: int, plain: bool) -> None:
    """Draw what hangs below 0: a bar to half a cell, a faint one behind it in whole cells."""
    for line in range(round(down * min(1.0, -(bar.before or 0.0)))):
        write(rows[zero + line], x, ("." if plain else "░") * wide, "dim")
    if bar.share is None or bar.share >= 0:
        return
    halves = max(1, round(2 * down * min(1.0, -bar.share)))
    for line in range(min(down, math.ceil(halves / 2))):
        whole = plain or halves >= 2 * line + 2
        write(rows[zero + line], x, ("#" if plain else "█" if whole else "▀") * wide, NEGATIVE)


def _draw_outline(rows: Rows, x: int, wide: int, head: int) -> int:
    """Draw a frame as high as the panel, the same for any number; the line for its question mark."""
    bottom = len(rows) - 2
    if bottom - head >= 2 and wide >= 3:
        write(rows[head], x, f"┌{'─' * (wide - 2)}┐", "dim")
        for y in range(head + 1, bottom):
            write(rows[y], x, "│", "dim")
            write(rows[y], x + wide - 1, "│", "dim")
        write(rows[bottom], x, f"└{'─' * (wide - 2)}┘", "dim")
    return (head + bottom) // 2


def _write_numbers(rows: Rows, bars: Sequence[Bar], middles: Sequence[int], tops: Sequence[int]) -> None:
    """Write the numbers as long as all of them have a place, or as many as there is one for."""
    best: list[tuple[int, int, str, str]] = []
    for level in range(max((len(bar.texts) for bar in bars), default=0)):
        found: list[tuple[int, int, str, str]] = []
        for bar, middle, y in zip(bars, middles, tops, strict=True):
            text = bar.texts[min(level, len(bar.texts) - 1)] if bar.texts else ""
            taken = [(at - 1, at + cell_len(other)) for row, at, other, _ in found if row == y]
            x = _free(rows[y], text, middle, taken) if y < len(rows) - 1 else None
            if x is not None:
                found.append((y, x, text, _style(bar)))
        if len(found) > len(best):
            best = found
        if len(found) == len(bars):
            break
    for y, x, text, style in best:
        write(rows[y], x, text, style)


def _free(row: Sequence[Cell], text: str, middle: int, taken: Sequence[tuple[int, int]]) -> int | None:
    """Where the text may begin so that it is above the middle of its bar, on nothing, and apart from other numbers."""
    long = cell_len(text)
    for shift in _SHIFTS:
        x = middle - long // 2 + shift
        last = x + long - 1
        on_nothing = x >= 0 and last < len(row) and all(row[i][0] == " " for i in range(x, last + 1))
        apart = all(last < first or x > end for first, end in taken)
        if on_nothing and apart and x <= middle <= last:
            return x
    return None


def covered_bar(label: str, before: float | None = None) -> Bar:
    """A bar whose number is not to be seen yet."""
    return Bar(label, (MASK,), None, before=before)
