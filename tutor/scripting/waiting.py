"""Wait for a lab's background run or a number, with a timeout."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tutor.labs.kit.contract import Lab
from tutor.scripting.expectations import Mismatch, check_beyond
from tutor.scripting.script import WaitFor, WaitTrained


@dataclass(frozen=True)
class Timeout:
    """The timeout and the polling interval in seconds, and the clock."""

    seconds: float = 600.0
    interval: float = 0.02
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def wait(condition: WaitTrained | WaitFor, lab: Lab, timeout: Timeout) -> Mismatch | None:
    """Poll until the condition holds; a mismatch if time is up or nothing runs that could still change it."""
    end = timeout.now() + timeout.seconds
    while True:
        # Before the poll, so that the last results of a run are fetched before it counts as finished.
        busy = lab.busy
        lab.poll()
        missing = _missing(condition, lab, busy)
        if missing is None:
            return None
        if not busy:
            return Mismatch(missing.expected, f"{missing.got}, and nothing is running")
        if timeout.now() >= end:
            return Mismatch(missing.expected, f"{missing.got} after {timeout.seconds:g} seconds")
        timeout.sleep(timeout.interval)


def _missing(condition: WaitTrained | WaitFor, lab: Lab, busy: bool) -> Mismatch | None:
    if isinstance(condition, WaitFor):
        return check_beyond(lab, condition.path, condition.relation, condition.bound)
    return Mismatch("the training to end", "a run that goes on") if busy else None
