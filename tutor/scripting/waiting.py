"""Waiting for a lab's background run: for what it comes to, with an end to the patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tutor.labs.kit.contract import Lab
from tutor.scripting.expectations import Mismatch, check_beyond
from tutor.scripting.script import WaitFor, WaitTrained


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, how often to look, and on which clock."""

    seconds: float = 600.0
    interval: float = 0.02
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def wait(condition: WaitTrained | WaitFor, lab: Lab, patience: Patience) -> Mismatch | None:
    """Poll until the condition holds. What it came to instead, when time is up or nothing runs that could bring it."""
    end = patience.now() + patience.seconds
    while True:
        # Asked before the poll, so that what a run did last is taken in before it counts as over.
        busy = lab.busy
        lab.poll()
        missing = _missing(condition, lab, busy)
        if missing is None:
            return None
        if not busy:
            return Mismatch(missing.expected, f"{missing.got}, and nothing is running")
        if patience.now() >= end:
            return Mismatch(missing.expected, f"{missing.got} after {patience.seconds:g} seconds")
        patience.sleep(patience.interval)


def _missing(condition: WaitTrained | WaitFor, lab: Lab, busy: bool) -> Mismatch | None:
    if isinstance(condition, WaitFor):
        return check_beyond(lab, condition.path, condition.relation, condition.bound)
    return Mismatch("the training to end", "a run that goes on") if busy else None
