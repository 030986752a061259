"""A recording of a terminal as one SVG file that moves by CSS alone: no script, no font that is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from docs.pictures.svg_rows import BACKGROUND, CELL_HEIGHT, CELL_WIDTH, MARGIN, STYLE, Cell, painted_row


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
    definitions = "".join(f'<g id="{name}">{"".join(painted_row(row))}</g>\n' for row, name in rows.items())
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
{STYLE}
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
