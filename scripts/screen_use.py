"""How much of the screen each step uses, and how much of that is picture.

``python -m scripts.screen_use [SIZE…] [LESSON…] [--steps]`` walks all steps, or those of the lessons named, through a
pseudo-terminal at 80×24, 120×40 and 200×50, or the sizes given, as a learner who presses ``n``. Counted is the area
between head and footer. A cell is used if it shows anything; it is picture if it shows a block, a quadrant, braille,
or a colour of a scale behind it. ``--steps`` prints a line for each step.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass

from scripts.opened_steps import opened_steps
from tests.e2e.terminal import Terminal
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder

SIZES = ((80, 24), (120, 40), (200, 50))
PICTURE_SHARE = 1 / 20


@dataclass(frozen=True)
class StepUse:
    """Shares of the area between head and footer, from 0 to 1."""

    lesson: str
    step: int
    used: float
    picture: float


def screen_use(terminal: Terminal, columns: int, rows: int) -> tuple[float, float]:
    """The shares that are used and picture."""
    cells = [terminal.painted(x, y) for y in range(1, rows - 1) for x in range(columns)]
    # Whatever lies behind most cells is the screen; a few more colours are fields and cursors.
    behind = Counter(cell.bg for cell in cells)
    plain = {colour for colour, _ in behind.most_common(1)}
    drawn = [cell for cell in cells if _is_mark(cell.data)]
    coloured = [cell for cell in cells if cell.bg not in plain and not cell.data.strip() and not cell.reverse]
    # A field's background is one colour in one row; a picture has many.
    scale = coloured if len({cell.bg for cell in coloured}) > 2 else []
    used = sum(bool(cell.data.strip()) for cell in cells) + len(scale)
    return used / len(cells), (len(drawn) + len(scale)) / len(cells)


def _is_mark(text: str) -> bool:
    return any("\u2580" <= sign <= "\u259f" or "\u2801" <= sign <= "\u28ff" or sign >= "\U0001fb00" for sign in text)


def walk(summary: LessonSummary, columns: int, rows: int) -> list[StepUse]:
    """Each step of a lesson as it opens."""
    return [
        StepUse(summary.id, step, *screen_use(terminal, columns, rows))
        for step, terminal in opened_steps(summary, columns, rows)
    ]


def main() -> None:
    """Print the means and how many steps are pictures, for each size."""
    given = [tuple(map(int, word.split("x"))) for word in sys.argv[1:] if word[0].isdecimal()]
    known = read_summaries(lessons_folder())
    summaries = [summary for summary in known if summary.id in sys.argv] or known
    for columns, rows in given or SIZES:
        began = time.monotonic()
        steps = [use for summary in summaries for use in walk(summary, columns, rows)]
        if "--steps" in sys.argv:
            for use in steps:
                print(f"    {use.lesson}/{use.step}: used {use.used:.2f}, picture {use.picture:.3f}")
        used, picture = (sum(shares) / len(steps) for shares in zip(*((u.used, u.picture) for u in steps), strict=True))
        seen = sum(use.picture > PICTURE_SHARE for use in steps)
        print(
            f"{columns}×{rows}: used {used:.2f}, picture {picture:.3f}; {seen} of {len(steps)} steps are more than a "
            f"twentieth picture ({time.monotonic() - began:.0f} s)",
            flush=True,
        )


if __name__ == "__main__":
    main()
