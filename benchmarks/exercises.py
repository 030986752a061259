"""The memory (PSS) of restricted sessions with an exercise open that has been checked once, alone and in a class of 20,
and of the process that runs their code; and the time for all of the class to have an answer, who check in one moment.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import mean

from benchmarks.line import OVER_SSH, megabytes
from benchmarks.report import Figure, print_figures
from benchmarks.resting import rest
from tests.e2e.exercise_on_screen import CTRL_R, SOLUTION, checked, open_exercise
from tests.e2e.terminal import Terminal, children, restricted

CLASS = 20
RIGHT, RUNNING = "✓ Right", "Running …"


def in_an_exercise(stack: ExitStack) -> Terminal:
    """A session whose learner has just checked a right answer."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    terminal = stack.enter_context(restricted(folder, "learn", "softmax", columns=120, rows=40, **OVER_SSH))
    open_exercise(terminal)
    checked(terminal, SOLUTION, RIGHT)
    return terminal


def of_runner(terminal: Terminal) -> float:
    """Megabytes of the process that runs the code."""
    (launcher,) = children(terminal.process.pid)
    (runner,) = children(launcher)
    return megabytes(runner)


def of_interface(terminal: Terminal) -> float:
    return megabytes(terminal.process.pid)


def all_check_at_once(terminals: list[Terminal]) -> float:
    """Seconds until the last of them has an answer."""
    wrong = SOLUTION.replace("def softmax", "def softmin")
    for terminal in terminals:
        checked(terminal, wrong, "There is no function softmax")
    began = time.monotonic()
    for terminal in terminals:
        terminal.raw.clear()
        terminal.send(CTRL_R)
    for terminal in terminals:
        terminal.wait_until(lambda _, raw=terminal.raw: b"There is no" in raw, "the answer")  # type: ignore[misc]
    return time.monotonic() - began


def run() -> bool:
    with ExitStack() as stack:
        terminal = in_an_exercise(stack)
        rest(terminal)
        alone = [
            Figure("alone, the process that runs code", of_runner(terminal), " MB"),
            Figure("alone, the interface", of_interface(terminal), " MB"),
        ]
    with ExitStack() as stack:
        terminals = [in_an_exercise(stack) for _ in range(CLASS)]
        for terminal in terminals:
            rest(terminal)
        figures = [
            *alone,
            Figure(f"in a class of {CLASS}, the process that runs code", mean(map(of_runner, terminals)), " MB"),
            Figure(f"in a class of {CLASS}, the interface", mean(map(of_interface, terminals)), " MB"),
            Figure(f"{CLASS} checks in one moment: the last has an answer after", all_check_at_once(terminals), " s"),
        ]
    return print_figures("Restricted sessions with an exercise open", figures)
