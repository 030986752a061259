"""A session's network traffic, per key press and during training, and its processor time and memory when idle.

The terminal has 80×24 cells and 256 colours; its environment variables say that it is connected over SSH.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.report import Figure, print_figures
from tests.e2e.lab_controls import LabOnScreen, open_lab
from tests.e2e.terminal import Terminal, tutor_terminal
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder

OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
PRESSES = 3
"""For each control."""
MOST_BYTES, MOST_KILOBYTES = 1500, 20
MOST_OF_A_CORE, MOST_MEGABYTES = 0.5, 60
TRAINING = ("shapes", "overfitting", "shapes-cnn", "digits", "letters")
"""The lessons in whose labs ``p`` trains."""
TRAINING_SECONDS, RESTING_SECONDS = 5.0, 20.0
PAGES = 4
"""The number of scroll positions of the lab during training."""


@contextmanager
def full_lab(lesson: str) -> Iterator[LabOnScreen]:
    """The whole lab of a lesson on the screen."""
    with tempfile.TemporaryDirectory() as folder, open_lab(Path(folder), lesson, OVER_SSH) as lab:
        yield lab


def bytes_for_keys(lesson: str) -> dict[str, list[int]]:
    """For each focusable control of the lesson's lab, the bytes of each key press that changed it."""
    counts: dict[str, list[int]] = {}
    with full_lab(lesson) as lab:
        for control in lab.walk():
            pressed = [lab.bytes_of_change(control) for _ in range(PRESSES)]
            counts[control.name] = [count for count in pressed if count]
    return counts


def kilobytes_while_training(lesson: str) -> float:
    """Kilobytes per second that the lab sends during training, at the scroll position where it sends most."""
    rates = []
    with full_lab(lesson) as lab:
        for _ in range(PAGES):
            lab.train()
            rates.append(sum(len(chunk) for chunk in chunks(lab.terminal, TRAINING_SECONDS)))
            lab.scroll_down()
    return max(rates) / TRAINING_SECONDS / 1000


def at_rest() -> tuple[float, float]:
    """Per cent of a core, and megabytes (PSS), of an idle session with an open lesson."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tutor_terminal(Path(folder), "learn", "shapes", environment=OVER_SSH) as terminal,
    ):
        terminal.wait_for("Answer")
        # Saving shortly after opening belongs to opening.
        list(chunks(terminal, 3.0))
        before = processor_seconds(terminal.process.pid)
        list(chunks(terminal, RESTING_SECONDS))
        used = processor_seconds(terminal.process.pid) - before
        return 100 * used / RESTING_SECONDS, megabytes(terminal.process.pid)


def chunks(terminal: Terminal, seconds: float) -> Iterator[bytes]:
    """The output to the terminal within this many seconds."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        chunk = terminal.take(left)
        if chunk == b"":
            return
        if chunk:
            yield chunk


def processor_seconds(pid: int) -> float:
    """The processor time of the process, from /proc."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100


def megabytes(pid: int) -> float:
    """The process's own share of memory (PSS), from /proc."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("\nPss:")[1].split()[0]) / 1024


def run() -> bool:
    lessons = [summary.id for summary in read_summaries(lessons_folder())]
    found = {lesson: bytes_for_keys(lesson) for lesson in lessons}
    labs = {lesson: [count for counts in found[lesson].values() for count in counts] for lesson in lessons}
    every = [count for counts in labs.values() for count in counts]
    core, memory = at_rest()
    figures = [
        Figure(
            f"a key that changes a control, median of {len(every)} in {len(lessons)} labs",
            statistics.median(every),
            " bytes",
            at_most=MOST_BYTES,
        ),
        Figure("the same, 95th percentile", statistics.quantiles(every, n=20)[-1], " bytes"),
        *(
            Figure(f"the lab of {lesson}, median of {len(labs[lesson])}", statistics.median(labs[lesson]), " bytes")
            for lesson in sorted(lessons, key=lambda lesson: -statistics.median(labs[lesson]))
        ),
        *(
            Figure(f"{lesson} trains", kilobytes_while_training(lesson), " kB/s", at_most=MOST_KILOBYTES)
            for lesson in TRAINING
        ),
        Figure("a session at rest, per cent of a core", core, " %", at_most=MOST_OF_A_CORE),
        Figure("a session at rest, memory (PSS)", memory, " MB", at_most=MOST_MEGABYTES),
    ]
    return print_figures("What a session costs, 80×24 over SSH", figures)
