"""What a session costs the line and the machine: bytes for a key press and while a network trains; a session at rest.

A terminal of 80×24 and 256 colours, told by its variables that it is at the other end of an SSH line.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.report import Figure, print_figures
from tests.e2e.shapes_screen import choose, open_full_lab, open_shapes, train_for_long
from tests.e2e.terminal import DOWN, ESCAPE, LEFT, RIGHT, TAB, UP, Terminal, tutor_terminal
from tutor.course.loader import read_summaries
from tutor.resources import lessons_folder

OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
FIELDS = 5
MOST_BYTES, MOST_KILOBYTES = 1500, 20
MOST_OF_A_CORE, MOST_MEGABYTES = 0.5, 60
# Quiet for so long, in seconds: all that a key brought about has been written.
QUIET = 0.3
TRAINING_SECONDS, RESTING_SECONDS = 20.0, 20.0


def read_until_quiet(terminal: Terminal) -> int:
    """Read on until nothing comes any more; how many bytes came."""
    count = 0
    while chunk := terminal.take(QUIET):
        count += len(chunk)
    return count


def bytes_for_keys(lesson: str) -> list[int]:
    """The bytes of each key press that changed what stands on the screen, in a lesson's first fields."""
    counts = []
    with (
        tempfile.TemporaryDirectory() as folder,
        tutor_terminal(Path(folder), "learn", lesson, environment=OVER_SSH) as terminal,
    ):
        terminal.wait_for("Next")
        read_until_quiet(terminal)
        # Out of a field for answers; nothing covered; the whole lab.
        for key in (ESCAPE, "s", "f"):
            terminal.send(key)
            read_until_quiet(terminal)
        for _ in range(FIELDS):
            terminal.send(TAB)
            read_until_quiet(terminal)
            for key in (RIGHT, UP, LEFT, DOWN):
                before = terminal.text
                terminal.send(key)
                count = read_until_quiet(terminal)
                if terminal.text != before:
                    counts.append(count)
    return counts


def kilobytes_while_training(pace: str) -> float:
    """Kilobytes a second that a training screen sends, the network's curves and activations with it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_shapes(Path(folder), 80, 24, environment=OVER_SSH) as terminal,
    ):
        open_full_lab(terminal)
        choose(terminal, "pace", pace)
        train_for_long(terminal)
        count, end = 0, time.monotonic() + TRAINING_SECONDS
        while (left := end - time.monotonic()) > 0:
            count += len(terminal.take(left) or b"")
    return count / TRAINING_SECONDS / 1000


def at_rest() -> tuple[float, float]:
    """Per cent of a core, and megabytes (PSS), of a session in which nothing happens; a lesson is open."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tutor_terminal(Path(folder), "learn", "shapes", environment=OVER_SSH) as terminal,
    ):
        terminal.wait_for("Answer")
        read_until_quiet(terminal)
        before = processor_seconds(terminal.process.pid)
        end = time.monotonic() + RESTING_SECONDS
        while (left := end - time.monotonic()) > 0:
            terminal.take(left)
        used = processor_seconds(terminal.process.pid) - before
        return 100 * used / RESTING_SECONDS, megabytes(terminal.process.pid)


def processor_seconds(pid: int) -> float:
    """How long the process has worked, from /proc."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100


def megabytes(pid: int) -> float:
    """The process's own share of memory (PSS), from /proc."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rollup.split("\nPss:")[1].split()[0]) / 1024


def run() -> bool:
    counts = {summary.id: bytes_for_keys(summary.id) for summary in read_summaries(lessons_folder())}
    medians = {lesson: statistics.median(found) for lesson, found in counts.items() if found}
    every = [count for found in counts.values() for count in found]
    worst = max(medians, key=lambda lesson: medians[lesson])
    core, memory = at_rest()
    figures = [
        Figure(
            f"a key that changes something, median of {len(every)}",
            statistics.median(every),
            " bytes",
            at_most=MOST_BYTES,
        ),
        Figure("a key, 95th percentile", statistics.quantiles(every, n=20)[-1], " bytes"),
        Figure(f"a key in {worst}, the dearest lesson, median", medians[worst], " bytes", at_most=MOST_BYTES),
        *(
            Figure(f"a network trains, pace {pace}", kilobytes_while_training(pace), " kB/s", at_most=MOST_KILOBYTES)
            for pace in ("watch", "full")
        ),
        Figure("a session at rest, per cent of a core", core, " %", at_most=MOST_OF_A_CORE),
        Figure("a session at rest, memory (PSS)", memory, " MB", at_most=MOST_MEGABYTES),
    ]
    return print_figures("What a session costs, 80×24 over SSH", figures)
