"""A recording of a terminal as one SVG file that moves by CSS alone: no script, no font that is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

FONT = "DejaVu Sans Mono, Menlo, Consolas, monospace"
CELL_WIDTH, CELL_HEIGHT, BASELINE, MARGIN = 8.4, 17, 13, 8
BACKGROUND = "#121212"
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


@dataclass(frozen=True)
class Frame:
    """A screen, row by row, and for how many seconds it stands."""

    rows: tuple[tuple[Cell, ...], ...]
    seconds: float


def animated_svg(frames: Sequence[Frame], title: str) -> str:
    """The frames one after the other, over and over; the last alone for readers who want no motion.

    Frames hang side by side behind a window that jumps from one to the next. A row that occurs in several is
    defined once.
    """
    rows = {
        row: f"r{number}" for number, row in enumerate(dict.fromkeys(row for frame in frames for row in frame.rows))
    }
    width = len(frames[0].rows[0]) * CELL_WIDTH + 2 * MARGIN
    height = len(frames[0].rows) * CELL_HEIGHT + 2 * MARGIN
    total, begun, stops = sum(frame.seconds for frame in frames), 0.0, []
    for number, frame in enumerate(frames):
        stops.append(f"{100 * begun / total:.3f}%{{transform:translateX({-number * width:g}px)}}")
        begun += frame.seconds
    last = -(len(frames) - 1) * width
    definitions = "".join(f'<g id="{name}">{"".join(_paint(row))}</g>\n' for row, name in rows.items())
    screens = "".join(
        f'<g transform="translate({number * width + MARGIN:g} {MARGIN})">'
        + "".join(f'<use href="#{rows[row]}" y="{y * CELL_HEIGHT}"/>' for y, row in enumerate(frame.rows))
        + "</g>\n"
        for number, frame in enumerate(frames)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">
<title>{escape(title)}</title>
<style>
rect,path{{shape-rendering:crispEdges}}
text{{font-family:{FONT};font-size:14px;white-space:pre}}
.b{{font-weight:bold}}
@keyframes film{{{"".join(stops)}}}
#film{{animation:film {total:.2f}s step-end infinite}}
@media (prefers-reduced-motion:reduce){{#film{{animation:none;transform:translateX({last:g}px)}}}}
</style>
<defs>
{definitions}</defs>
<rect width="100%" height="100%" rx="6" fill="{BACKGROUND}"/>
<g id="film">
{screens}</g>
</svg>
"""


def _paint(row: Sequence[Cell]) -> Iterator[str]:
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
    """Braille as squares, for few fixed-width fonts have it."""
    dots = (
        ((column + at + 0.25 + 0.5 * x) * CELL_WIDTH - 0.8, (0.125 + 0.25 * y) * CELL_HEIGHT - 0.8)
        for at, character in enumerate(text)
        for bit, (x, y) in enumerate(BRAILLE_DOTS)
        if ord(character) >> bit & 1
    )
    path = "".join(f"M{left:.1f} {top:.1f}h1.6v1.6h-1.6z" for left, top in dots)
    return f'<path d="{path}" fill="{colour}"/>'


def _rectangle(column: int, cells: int, part: tuple[float, float, float, float], colour: str) -> str:
    left, top, right, bottom = part
    return (
        f'<rect x="{(column + left) * CELL_WIDTH:g}" y="{top * CELL_HEIGHT:g}" '
        f'width="{(cells - 1 + right - left) * CELL_WIDTH:g}" height="{(bottom - top) * CELL_HEIGHT:g}" '
        f'fill="{colour}"/>'
    )
