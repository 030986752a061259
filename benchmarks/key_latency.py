"""The time from a key press to the screen while a network trains at full speed, in a real terminal.

The shapes lab fills a terminal of 120×40, including curves and network. Space flips the pixel under the cursor; the
time runs from writing the key until the bytes that change its cell have been read.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.report import Figure, print_figures
from tests.e2e.shapes_screen import (
    choose,
    go_to,
    grid_place,
    open_full_lab,
    open_shapes,
    status,
    train_for_long,
    training_epoch,
)
from tests.e2e.terminal import SPACE, Terminal

KEYS = 150
# Seconds between two keys: not a multiple of the interface's own period, so that keys hit every phase of it.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.02, 0.15
# How long to read the output after a key before examining it.
WATCH_SECONDS = 0.15
GIVE_UP_SECONDS = 10.0
TARGET_MILLISECONDS = 33


def read_for(terminal: Terminal, seconds: float) -> None:
    """Read all output of the next ``seconds``, as a terminal does."""
    end = time.perf_counter() + seconds
    while (left := end - time.perf_counter()) > 0:
        terminal.take(left)


def milliseconds_to_the_screen(terminal: Terminal, column: int, row: int) -> float:
    """Flip the pixel at the cell and wait until it changes.

    The output goes to the emulated screen only afterwards, because emulating takes longer than painting, and would
    delay reading the bytes in question.
    """
    before = terminal.cell(column, row)
    began = time.perf_counter()
    terminal.send(SPACE)
    changed = None
    watched = began
    while changed is None and watched - began < GIVE_UP_SECONDS:
        watched += WATCH_SECONDS
        came = []
        while (left := watched - time.perf_counter()) > 0:
            chunk = terminal.read(left)
            if chunk is not None:
                came.append(chunk)
        for written, moment in came:
            terminal.show(written)
            if changed is None and terminal.cell(column, row) != before:
                changed = moment
    if changed is None:
        raise RuntimeError(f"the pixel did not change in {GIVE_UP_SECONDS} s:\n{terminal.text}")
    return (changed - began) * 1000


def keep_training(terminal: Terminal) -> None:
    """Restart a finished training, because a lab's epochs are limited, and the engines are fast."""
    if status(terminal.text).startswith("trained"):
        terminal.send("r", "p")
        terminal.wait_until(lambda text: training_epoch(text) > 0, "a training under way")


def latencies(engine: str | None) -> list[float]:
    """The milliseconds of ``KEYS`` key presses while ``engine`` trains, or while nothing does."""
    pauses = random.Random(0)
    with tempfile.TemporaryDirectory() as folder, open_shapes(Path(folder), 120, 40) as terminal:
        open_full_lab(terminal)
        if engine is not None:
            choose(terminal, "engine", engine)
            choose(terminal, "pace", "full")
            train_for_long(terminal)
            go_to(terminal, "drawing", back=True)
        position = grid_place(terminal.text)
        assert position is not None
        times = []
        for _ in range(KEYS):
            if engine is not None:
                keep_training(terminal)
            read_for(terminal, pauses.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))
            times.append(milliseconds_to_the_screen(terminal, *position[:2]))
        return times


def run() -> bool:
    figures = []
    for name, engine in (("nothing trains", None), ("NumPy engine trains", "numpy"), ("Keras trains", "tensorflow")):
        times = latencies(engine)
        figures.append(Figure(f"{name}, median", statistics.median(times), " ms"))
        slow = statistics.quantiles(times, n=20)[-1]
        target = None if engine is None else TARGET_MILLISECONDS
        figures.append(Figure(f"{name}, 95th percentile", slow, " ms", at_most=target))
    return print_figures("A key press to the screen while the shapes network trains", figures)
