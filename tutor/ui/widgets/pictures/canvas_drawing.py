"""A large picture in greys as lines of text, with two rows of pixels per line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from textual.content import Content

from tutor.ui.widgets.pictures.colour_scale import GREYS, GREYS_16, Depth

_GREYS = {Depth.MANY: GREYS, Depth.SIXTEEN: GREYS_16}
_CURSOR = {Depth.MANY: "#ffaf00", Depth.SIXTEEN: "#ffff55"}
# The cursor in the upper and in the lower half of a cell.
_CURSOR_MARKS = {Depth.NONE: "┴┬", Depth.PLAIN: "^v"}
_FAINT, _HALF = 0.08, 0.3

Shares = Sequence[Sequence[float]]
"""Rows of pixels, each from 0 (paper) to 1 (ink)."""


def canvas_lines(pixels: Shares, depth: Depth, cursor: tuple[int, int] | None = None) -> list[Content]:
    """The picture, with one cell for two pixels one above the other; ``cursor`` is the (row, column) to mark."""
    lines = []
    for top in range(0, len(pixels), 2):
        lower = pixels[top + 1] if top + 1 < len(pixels) else None
        mark = cursor if cursor is not None and cursor[0] // 2 == top // 2 else None
        lines.append(_line(pixels[top], lower, depth, mark))
    return lines


def large_canvas_lines(pixels: Shares, depth: Depth, cursor: tuple[int, int] | None = None) -> list[Content]:
    """The picture with a pixel two cells wide and one line high; ``cursor`` is the (row, column) to mark."""
    return [
        Content.assemble(*(_large(share, depth, cursor == (y, x)) for x, share in enumerate(row)))
        for y, row in enumerate(pixels)
    ]


def _large(share: float, depth: Depth, here: bool) -> tuple[str, str]:
    if depth.in_characters:
        return ("[]", "bold reverse") if here else (2 * _character(share, share), "$foreground")
    return "  ", f"on {_CURSOR[depth] if here else _grey(share, depth)}"


def halved(pixels: Shares) -> list[list[float]]:
    """The picture at half size: the maximum of each 2×2 pixels, so that no thin stroke is lost."""
    rows = []
    for top in range(0, len(pixels), 2):
        pair = pixels[top : top + 2]
        rows.append([max(v for line in pair for v in line[c : c + 2]) for c in range(0, len(pixels[0]), 2)])
    return rows


def _line(
    upper: Sequence[float], lower: Sequence[float] | None, depth: Depth, cursor: tuple[int, int] | None
) -> Content:
    cells = []
    for column, above in enumerate(upper):
        below = lower[column] if lower is not None else None
        here = cursor is not None and cursor[1] == column
        upper_half = cursor is not None and cursor[0] % 2 == 0
        if depth.in_characters:
            mark = _CURSOR_MARKS[depth][0 if upper_half else 1]
            cells.append((mark, "bold reverse") if here else (_character(above, below), "$foreground"))
            continue
        front = _grey(above, depth)
        behind = _grey(below, depth) if below is not None else ""
        if here and upper_half:
            front = _CURSOR[depth]
        elif here:
            behind = _CURSOR[depth]
        cells.append((" ", f"on {behind}") if front == behind else ("▀", f"{front} on {behind}" if behind else front))
    return Content.assemble(
        *(("".join(cell[0] for cell in run), style) for style, run in groupby(cells, lambda cell: cell[1]))
    )


def _grey(share: float, depth: Depth) -> str:
    """The grey of a pixel: paper and full ink have one shade each; values between share the others."""
    greys = _GREYS[depth]
    if share <= 0 or share >= 1:
        return greys[0] if share <= 0 else greys[-1]
    return greys[1 + min(len(greys) - 3, math.floor(share * (len(greys) - 2)))]


def _character(above: float, below: float | None) -> str:
    """The character without colours: full blocks for ink, shades for fainter pixels, a dot for paper."""
    ink = above >= 0.5, below is not None and below >= 0.5
    if any(ink):
        return "█" if all(ink) else "▀" if ink[0] else "▄"
    mean = (above + (below if below is not None else above)) / 2
    return "▒" if mean >= _HALF else "░" if mean >= _FAINT else "·"
