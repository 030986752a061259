"""The memory (PSS) of idle sessions, alone and in a class of 20: one in the untouched lab of each lesson, one that has
trained the largest network, and one that has been through all lessons and is back on the home screen.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.line import MOST_MEGABYTES, OVER_SSH, chunks, full_lab, megabytes
from benchmarks.memory import ANSWERS_WITHIN, ROUND, press
from benchmarks.report import Figure, print_figures
from tests.e2e.terminal import ESCAPE, Terminal, tutor_terminal
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder

LARGEST = "letters"
TRAINED_SECONDS, RESTING_SECONDS = 10.0, 5.0
ALONE = ("neuron", "digits", LARGEST)


@contextmanager
def trained_lab() -> Iterator[Terminal]:
    """The lab with the largest network, trained for a while and paused."""
    with full_lab(LARGEST) as lab:
        lab.train()
        list(chunks(lab.terminal, TRAINED_SECONDS))
        lab.terminal.send("p")
        yield lab.terminal


@contextmanager
def after_all_lessons() -> Iterator[Terminal]:
    """The home screen, after steps, labs, microscope, search and glossary in every lesson."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tutor_terminal(Path(folder), "learn", "deep-learning", environment=OVER_SSH) as terminal,
    ):
        terminal.wait_for("g Go to")
        press(terminal, ROUND * len(read_summaries(lessons_folder())), ANSWERS_WITHIN["screens"])
        terminal.send(ESCAPE)
        yield terminal


def rest(terminal: Terminal) -> None:
    """Read its remaining output."""
    end = time.monotonic() + RESTING_SECONDS
    while (left := end - time.monotonic()) > 0:
        if terminal.take(left) is not None:
            terminal.raw.clear()


def at_rest(terminal: Terminal) -> float:
    """Megabytes, a while after the last key."""
    rest(terminal)
    return megabytes(terminal.process.pid)


def alone() -> Iterator[tuple[str, float]]:
    """The memory of each kind of session while there is no other."""
    for lesson in ALONE:
        with full_lab(lesson) as lab:
            yield f"alone, the lab of {lesson}", at_rest(lab.terminal)
    with trained_lab() as terminal:
        yield f"alone, the lab of {LARGEST}, trained", at_rest(terminal)
    with after_all_lessons() as terminal:
        yield "alone, after all lessons", at_rest(terminal)


def in_a_class() -> dict[str, float]:
    """The memory of the sessions of the class, by their activity."""
    with ExitStack() as stack:
        terminals = {
            f"the lab of {summary.id}": stack.enter_context(full_lab(summary.id)).terminal
            for summary in read_summaries(lessons_folder())
        }
        terminals[f"the lab of {LARGEST}, trained"] = stack.enter_context(trained_lab())
        terminals["after all lessons"] = stack.enter_context(after_all_lessons())
        for terminal in terminals.values():
            rest(terminal)
        return {what: megabytes(terminal.process.pid) for what, terminal in terminals.items()}


def run() -> bool:
    figures = [Figure(what, taken, " MB", at_most=MOST_MEGABYTES) for what, taken in alone()]
    found = in_a_class()
    figures += [
        Figure(f"in a class of {len(found)}, {what}", taken, " MB", at_most=MOST_MEGABYTES)
        for what, taken in sorted(found.items(), key=lambda item: -item[1])
    ]
    return print_figures("Memory (PSS) of sessions at rest", figures)
