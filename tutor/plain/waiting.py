"""Wait for a lab's background run: with a status line now and then, and Ctrl+C to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tutor.course.tensorflow_comparison import TensorFlowComparison
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.readouts import Text
from tutor.language.catalogue import _
from tutor.plain.interrupts import Interrupts
from tutor.plain.text import Printer

POLL_SECONDS = 0.02
FIRST_LINE = 3.0
"""Seconds before the first line; each further pause is twice as long, up to ``LONGEST_SILENCE``."""
LONGEST_SILENCE = 60.0
KEEP_SECONDS = 20.0
"""How often the lab is saved while waiting."""


@dataclass
class Lines:
    """When the next status line is due; they are few, since they are read aloud."""

    began: float
    silence: float = FIRST_LINE
    said: int = 0

    def due(self) -> bool:
        """Whether one is due now, which then counts as printed."""
        now = time.monotonic()
        if now - self.began < self.silence:
            return False
        self.began, self.silence = now, min(max(2 * self.silence, FIRST_LINE), LONGEST_SILENCE)
        self.said += 1
        return True


def wait_for_lab(
    lab: Lab,
    printer: Printer,
    interrupts: Interrupts,
    keep: Callable[[], None] = lambda: None,
    how_it_goes: Callable[[], str] = lambda: "",
) -> None:
    """Wait until nothing of the lab runs. Ctrl+C pauses it if possible.

    ``keep`` is called now and then; ``how_it_goes`` gives the rest of a status line.
    """
    lines, kept = Lines(time.monotonic()), time.monotonic()
    try:
        while lab.busy:
            # This trains a lab without a worker process by one turn; with one it does not wait.
            news = lab.poll()
            with interrupts.heard():
                time.sleep(0.0 if news else POLL_SECONDS)
            if lines.due():
                first = _(" Ctrl+C stops it.") if lines.said == 1 else ""
                printer.line(f"{how_far(lab)}{how_it_goes()}{first}")
            if time.monotonic() - kept > KEEP_SECONDS:
                keep()
                kept = time.monotonic()
    except KeyboardInterrupt:
        _pause(lab, printer)


def wait_for_tensorflow(comparison: TensorFlowComparison, printer: Printer, interrupts: Interrupts) -> None:
    """Ask TensorFlow and wait for its numbers, with status lines. Ctrl+C stops the waiting, not TensorFlow."""
    comparison.refresh()
    lines, said = Lines(time.monotonic(), silence=0.5), ""
    try:
        while comparison.busy:
            comparison.poll()
            with interrupts.heard():
                time.sleep(POLL_SECONDS)
            if comparison.busy and (lines.due() or (said and _gist(comparison.message) != _gist(said))):
                said = comparison.message
                printer.line(said + (_(" Ctrl+C stops the waiting.") if lines.said == 1 else ""))
    except KeyboardInterrupt:
        printer.line()
        printer.line(_("It goes on; type tensorflow again to see its numbers."))


def _gist(message: str) -> str:
    """The message without its seconds and queue positions, which change all the time."""
    return message.partition(":")[0]


def how_far(lab: Lab) -> str:
    """The lab's own status text."""
    if "status" in lab.readout_names():
        status = lab.read("status")
        if isinstance(status, Text) and status.value:
            return f"{status.value[:1].upper()}{status.value[1:]}."
    return _("Still working.")


def _pause(lab: Lab, printer: Printer) -> None:
    printer.line()
    names = [action.name for action in lab.actions()]
    if "pause" in names:
        lab.press("pause")
    elif "train" in names and how_far(lab).startswith("Training"):
        lab.press("train")
    if lab.busy:
        printer.line(_("It is paused; type wait to continue."))
    else:
        printer.line(_("Stopped. press train goes on with it.") if "train" in names else _("Stopped."))
