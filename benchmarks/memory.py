"""The growth of a session: memory (RSS) after a warm-up, and after 1,000 screens, 1,000 values, an hour of training.

Screens and values are those of the real program in a terminal of 80×24. The hour is simulated: in a separate process
the interface, without a terminal, polls a run as often as in an hour at four frames per second, and paints the results,
while a worker trains at full speed for as many epochs as in an hour at 60 per second.
``python -m benchmarks.memory --minutes N`` trains in the terminal for N real minutes instead.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.line import chunks, full_lab
from benchmarks.report import Figure, print_figures
from tests.e2e.terminal import DOWN, ENTER, ESCAPE, LEFT, RIGHT, TAB, UP, Terminal, tutor_terminal
from tests.fuzz.session import environment
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.resources import lessons_folder
from tutor.training.worker.run import Workshop
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.lab_panel import LabPanel

CHANGES = 1000
"""Of the screen, and of values, and as many more as end a pass through all of them: a lesson has more than another."""
WARM_UP = 500
MOST_GROWTH = 5
"""Per cent."""
QUIET = 0.04
"""Seconds without a byte, after which the next key is pressed."""
ANSWERS_WITHIN = {"screens": 1.0, "values": 0.2}
"""Seconds for the first byte; a lesson takes a while to open, and some keys change nothing."""
LOOKS, FIRST_LOOKS = 4 * 3600, 2000
"""In an hour, and those before the first measurement: by then the curves hold all the points that they keep."""
EPOCHS = 60 * 3600
# The same screens in each round, for new ones take what they take once: two steps on and two back.
# Steps with text and lab, the full lab, the microscope, help, search, the code, the list of steps; then home and on.
ROUND = (
    "\x0e", "\x0e", "f", "f", "x", ESCAPE, "\x1bOP", ESCAPE, "\x02", "\x02", "/", "s", "l", ESCAPE, "c", "c",
    "g", ESCAPE, "v", "v", ESCAPE, ESCAPE, "p", ESCAPE, "y", ESCAPE, DOWN, ENTER,
)  # fmt: skip
VALUES = (RIGHT, RIGHT, UP, LEFT, DOWN, RIGHT, UP, RIGHT, LEFT, LEFT, TAB)


def press(terminal: Terminal, keys: Iterable[str], answers_within: float) -> None:
    """Press each key once the effect of the previous one is painted."""
    for key in keys:
        terminal.send(key)
        if terminal.take(answers_within):
            while terminal.take(QUIET):
                pass
        terminal.raw.clear()


def growth(terminal: Terminal, keys: Sequence[str], of: str) -> tuple[float, float]:
    """Megabytes after the warm-up, and after the keys that count; both are whole passes through the keys."""
    press(terminal, tuple(keys) * math.ceil(WARM_UP / len(keys)), ANSWERS_WITHIN[of])
    before = megabytes(terminal.process.pid)
    press(terminal, tuple(keys) * math.ceil(CHANGES / len(keys)), ANSWERS_WITHIN[of])
    return before, megabytes(terminal.process.pid)


def screens() -> tuple[float, float]:
    """From screen to screen, through all lessons."""
    with tempfile.TemporaryDirectory() as folder:
        variables = environment(Path(folder))
        with tutor_terminal(Path(folder), "learn", "neuron", environment=variables) as terminal:
            terminal.wait_for("g Go to")
            return growth(terminal, ROUND * len(read_summaries(lessons_folder())), "screens")


def values(lesson: str) -> tuple[float, float]:
    """One long visit to the lab of a lesson."""
    with full_lab(lesson) as lab:
        return growth(lab.terminal, VALUES, "values")


HOUR = "import asyncio; from benchmarks.memory import train_for_an_hour; asyncio.run(train_for_an_hour())"


def hour() -> tuple[float, float, float]:
    """Megabytes early in the hour and at its end, and the epochs that were trained."""
    ran = subprocess.run([sys.executable, "-c", HOUR], capture_output=True, text=True, check=True)
    before, after, epochs = map(float, ran.stdout.split())
    return before, after, epochs


async def train_for_an_hour() -> None:
    """Train in this process; print the result of ``hour``."""
    with tempfile.TemporaryDirectory() as folder:
        progress, workshop = Progress(Path(folder)), Workshop(Path(folder) / "worker.log")
        app = TutorApp(progress, read_summaries(lessons_folder()), ("shapes", 1), lambda: workshop)
        try:
            async with app.run_test(size=(80, 24)) as pilot:
                while not (isinstance(app.screen, LessonScreen) and app.screen.query(LabPanel)):
                    await pilot.pause(0.05)
                screen = app.screen
                await screen.action_full()
                await pilot.pause()
                lab, panel = screen.session.lab, screen.query_one(LabPanel)
                panel._pace.due = lambda: True  # type: ignore[method-assign]
                lab.set("pace", "full")
                lab.set("epochs", 100_000)
                done, reached, before = 0.0, 0.0, 0.0
                look = 0
                while look < LOOKS or done + reached < EPOCHS:
                    if not lab.busy:
                        done, reached = done + reached, 0.0
                        lab.press("reset")
                        lab.press("train")
                        panel.refresh_lab()
                    panel._poll()
                    await pilot.pause(0.001)
                    reached = float(lab.lookup("epochs_done"))
                    look += 1
                    if look == FIRST_LOOKS:
                        before = megabytes()
                print(before, megabytes(), done + reached)
        finally:
            workshop.close()
            progress.close()


def megabytes(process: int | str = "self") -> float:
    """Resident memory (RSS), which unlike PSS does not depend on other processes with the same libraries."""
    return int(Path(f"/proc/{process}/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


def minutes(count: float) -> bool:
    """Train in the terminal for this many minutes; the first tenth, and at least one minute, is warm-up."""
    with full_lab("shapes") as lab:
        end = time.monotonic() + 60 * count
        lab.train()
        warm = time.monotonic() + max(60.0, 6 * count)
        before = 0.0
        while time.monotonic() < end:
            for _ in chunks(lab.terminal, 5.0):
                lab.terminal.raw.clear()
            if not before and time.monotonic() > warm:
                before = megabytes(lab.terminal.process.pid)
            if lab.terminal.take(1.0) is None:
                lab.train()
        after = megabytes(lab.terminal.process.pid)
    return print_figures("Memory (RSS) of a session that trains", figures_of(f"{count:g} minutes", before, after))


def figures_of(what: str, before: float, after: float) -> list[Figure]:
    """The memory, and its growth."""
    grown = 100 * (after - before) / before
    return [
        Figure(f"{what}: at the end", after, " MB"),
        Figure(f"{what}: more than after the warm-up", grown, " %", at_most=MOST_GROWTH),
    ]


def run() -> bool:
    figures = figures_of(f"{CHANGES} screen changes", *screens())
    for lesson in ("activations", "computation-graphs", "convolution"):
        figures += figures_of(f"{CHANGES} keys in the lab of {lesson}", *values(lesson))
    before, after, epochs = hour()
    figures += figures_of(f"{LOOKS} looks at {epochs:.0f} epochs", before, after)
    return print_figures("Memory (RSS) of a session that is used for long", figures)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--minutes", type=float, help="really train for so many minutes")
    given = parser.parse_args()
    sys.exit(0 if (run() if given.minutes is None else minutes(given.minutes)) else 1)
