"""Every step of a lesson in a real terminal, one after the other, as a learner who presses ``n`` sees them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.e2e.terminal import TUTOR, Terminal, tutor_environment
from tutor.course.lessons.lesson import LessonSummary

QUIET_SECONDS = 0.25


def opened_steps(summary: LessonSummary, columns: int, rows: int) -> Iterator[tuple[int, Terminal]]:
    """The number of each step, from 1, with the terminal once nothing is painted on it any more."""
    with tempfile.TemporaryDirectory() as folder:
        environment = tutor_environment(Path(folder), COLORTERM="truecolor")
        with Terminal((*TUTOR, "learn", f"{summary.id}/1"), environment, columns, rows) as terminal:
            for step in range(1, summary.steps + 1):
                place = f"{step}/{summary.steps}"
                terminal.wait_until(partial(_is_at, place), place)
                _settle(terminal)
                yield step, terminal
                terminal.send("n")


def _is_at(place: str, text: str) -> bool:
    return place in text.split("\n")[0]


def _settle(terminal: Terminal) -> None:
    """Until nothing is painted any more."""
    before = -1
    while len(terminal.raw) != before:
        before = len(terminal.raw)
        terminal.take(QUIET_SECONDS)
