"""A row of a terminal as SVG: no font that is fetched, blocks and braille as shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from tests.e2e.terminal import Terminal

FONT = "DejaVu Sans Mono, Menlo, Consolas, monospace"
CELL_WIDTH, CELL_HEIGHT, BASELINE, MARGIN = 8.4, 17, 13, 8
BACKGROUND, FOREGROUND = "#121212", "#c5c8c6"
STYLE = f"""\
rect,path{{shape-rendering:crispEdges}}
text{{font-family:{FONT};font-size:14px;white-space:pre}}
.b{{font-weight:bold}}
.d{{fill:none;stroke-width:.4;stroke-linecap:square}}"""
NAMED = {
    "black": "#121212", "white": "#c5c8c6", "red": "#cc555a", "green": "#98a84b", "brown": "#d0b344",
    "blue": "#608ab1", "magenta": "#98729f", "cyan": "#68a0b3",
}  # fmt: skip
# The part of a cell that a block character fills: left, top, right, bottom, each as a share of it.
BLOCKS = {
    "█": (0.0, 0.0, 1.0, 1.0), "▀": (0.0, 0.0, 1.0, 0.5), "▐": (0.5, 0.0, 1.0, 1.0),
    **{chr(0x2580 + eighths): (0.0, 1 - eighths / 8, 1.0, 1.0) for eighths in range(1, 8)},
    **{chr(0x2590 - eighths): (0.0, 0.0, eighths / 8, 1.0) for eighths in range(1, 8)},
}  # fmt: skip
BRAILLE, LAST_BRAILLE = "\u2800", "\u28ff"
# Column and row of the dot that each bit of a braille character sets, from the lowest bit on.
BRAILLE_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))


@dataclass(frozen=True)
class Cell:
    """One character and how it is painted; colours as CSS writes them, no ``background`` where there is none."""

    character: str
    colour: str
    background: str = ""
    bold: bool = False

    @property
    def style(self) -> tuple[str, str, bool]:
        """What neighbours must share to be one run."""
        return self.colour, self.background, self.bold


def screen_rows(terminal: Terminal) -> tuple[tuple[Cell, ...], ...]:
    """What stands on a terminal now."""
    columns, rows = len(terminal.lines[0]), len(terminal.lines)
    return tuple(tuple(_cell(terminal, column, row) for column in range(columns)) for row in range(rows))


def _cell(terminal: Terminal, column: int, row: int) -> Cell:
    seen = terminal.painted(column, row)
    colour, background = _css(seen.fg, FOREGROUND), _css(seen.bg, "")
    if seen.reverse:
        colour, background = background or BACKGROUND, colour
    return Cell(seen.data or " ", colour, background, seen.bold)


def _css(colour: str, default: str) -> str:
    if colour == "default":
        return default
    return NAMED.get(colour.removeprefix("bright"), f"#{colour}")


def painted_row(row: Sequence[Cell]) -> Iterator[str]:
    """The row's backgrounds, blocks and texts."""
    column = 0
    for (colour, background, bold), group in groupby(row, key=lambda cell: cell.style):
        text = "".join(cell.character for cell in group)
        if background not in ("", BACKGROUND):
            yield _rectangle(column, len(text), (0.0, 0.0, 1.0, 1.0), background)
        at = column
        for character, same in groupby(text, key=_drawn_alike):
            part = "".join(same)
            if character == BRAILLE:
                yield _dots(at, part, colour)
            elif not character:
                yield from _text(at, part, colour, bold)
            elif BLOCKS[character][0] == 0.0 and BLOCKS[character][2] == 1.0:
                yield _rectangle(at, len(part), BLOCKS[character], colour)
            else:
                yield from (_rectangle(at + n, 1, BLOCKS[character], colour) for n in range(len(part)))
            at += len(part)
        column += len(text)


def _drawn_alike(character: str) -> str:
    """What neighbours that are drawn in one go share: the block, braille, or nothing for text."""
    if BRAILLE < character <= LAST_BRAILLE:
        return BRAILLE
    return character if character in BLOCKS else ""


def _text(column: int, text: str, colour: str, bold: bool) -> Iterator[str]:
    # Some viewers make one blank of several.
    for words in re.finditer(r"\S+(?: \S+)*", text):
        weight = ' class="b"' if bold else ""
        length = f' textLength="{len(words[0]) * CELL_WIDTH:g}"' if len(words[0]) > 1 else ""
        left = (column + words.start()) * CELL_WIDTH
        yield f'<text x="{left:g}" y="{BASELINE}"{length} fill="{colour}"{weight}>{escape(words[0])}</text>'


def _dots(column: int, text: str, colour: str) -> str:
    """Braille as squares, for few fixed-width fonts have it: lines of no length, on a grid of 2 × 4 places a cell."""
    dots = (
        (2 * (column + at) + x, y)
        for at, character in enumerate(text)
        for bit, (x, y) in enumerate(BRAILLE_DOTS)
        if ord(character) >> bit & 1
    )
    path = "".join(f"M{x} {y}h0" for x, y in sorted(dots))
    across, down = CELL_WIDTH / 2, CELL_HEIGHT / 4
    grid = f"translate({across / 2:g} {down / 2:g})scale({across:g} {down:g})"
    return f'<path class="d" transform="{grid}" d="{path}" stroke="{colour}"/>'


def _rectangle(column: int, cells: int, part: tuple[float, float, float, float], colour: str) -> str:
    left, top, right, bottom = part
    return (
        f'<rect x="{(column + left) * CELL_WIDTH:g}" y="{top * CELL_HEIGHT:g}" '
        f'width="{(cells - 1 + right - left) * CELL_WIDTH:g}" height="{(bottom - top) * CELL_HEIGHT:g}" '
        f'fill="{colour}"/>'
    )
