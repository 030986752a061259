"""All steps of a lesson on one sheet, to leaf through: ``python -m scripts.contact_sheet [LESSON…] [SIZE…]``.

Writes one SVG file for each lesson and size (80×24, 120×40 and 200×50, or those given, as in ``100x30``) into the
folder after ``--to``, by default ``contact-sheets``, which the repository ignores.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from docs.pictures.svg_rows import (
    BACKGROUND,
    CELL_HEIGHT,
    CELL_WIDTH,
    FOREGROUND,
    MARGIN,
    STYLE,
    Cell,
    painted_row,
    screen_rows,
)
from scripts.opened_steps import opened_steps
from scripts.screen_use import SIZES
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder

Screen = tuple[tuple[Cell, ...], ...]
SHEET_COLUMNS = 250
"""How many terminal columns a sheet is wide, at least one screen."""
TITLE_HEIGHT = 2 * CELL_HEIGHT
AROUND = "#303030"


def contact_sheet(screens: Sequence[Screen], titles: Sequence[str]) -> str:
    """The screens as one SVG, in reading order, each below its title."""
    wide, tall = len(screens[0][0]) * CELL_WIDTH, len(screens[0]) * CELL_HEIGHT
    across = min(len(screens), max(1, SHEET_COLUMNS // len(screens[0][0])))
    down = -(-len(screens) // across)
    each = wide + 2 * MARGIN, tall + TITLE_HEIGHT + MARGIN
    parts = []
    for number, (screen, title) in enumerate(zip(screens, titles, strict=True)):
        left, top = number % across * each[0] + MARGIN, number // across * each[1]
        rows = "".join(
            f'<g transform="translate(0 {y * CELL_HEIGHT})">{"".join(painted_row(row))}</g>\n'
            for y, row in enumerate(screen)
        )
        parts.append(
            f'<g transform="translate({left:g} {top:g})"><text y="{TITLE_HEIGHT - MARGIN}" fill="{FOREGROUND}">'
            f'{escape(title)}</text><g transform="translate(0 {TITLE_HEIGHT})">'
            f'<rect width="{wide:g}" height="{tall:g}" fill="{BACKGROUND}"/>{rows}</g></g>\n'
        )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across * each[0]:g} {down * each[1] + MARGIN:g}">
<style>
{STYLE}
</style>
<rect width="100%" height="100%" fill="{AROUND}"/>
{"".join(parts)}</svg>
"""


def main() -> None:
    """Write the sheets that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="lessons by their id, and sizes such as 120x40")
    parser.add_argument("--to", type=Path, default=Path("contact-sheets"), help="the folder for the sheets")
    asked = parser.parse_args()
    sizes = [
        (int(wide), int(tall)) for wide, x, tall in (word.partition("x") for word in asked.what) if tall.isdecimal()
    ]
    lessons = {word for word in asked.what if not word.partition("x")[2].isdecimal()}
    asked.to.mkdir(exist_ok=True)
    for summary in read_summaries(lessons_folder()):
        if lessons and summary.id not in lessons:
            continue
        for columns, rows in sizes or SIZES:
            screens = [screen_rows(terminal) for _, terminal in opened_steps(summary, columns, rows)]
            titles = [f"{summary.id}/{step}" for step in range(1, len(screens) + 1)]
            file = asked.to / f"{summary.number:02}-{summary.id}-{columns}x{rows}.svg"
            file.write_text(contact_sheet(screens, titles), encoding="utf-8")
            print(file, flush=True)


if __name__ == "__main__":
    main()
