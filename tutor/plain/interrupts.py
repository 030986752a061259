"""Ctrl+C, and the end by a signal: heard where a lesson can be left, and kept until then everywhere else."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any

from tutor.shutdown import Shutdown

KNOCK_SECONDS = 0.1
"""How often the one who waits for a line is told of the end: a signal can come just before the waiting begins."""


class Ended(BaseException):
    """The session ends by a signal; ``status`` is its exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Interrupts:
    """Says when a lesson may be left: while it waits for a line, writes one, or rests between two turns of a training.

    What is interrupted elsewhere would leave a lab half changed. A second Ctrl+C is heard at once, wherever it comes.
    """

    def __init__(self) -> None:
        self._open = False
        self._pressed = False
        self._status: int | None = None
        self._told = False
        self._over = threading.Event()
        self._main = 0

    @property
    def ended(self) -> bool:
        """Whether a signal ends the session."""
        return self._status is not None

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Listen in the block, in the main thread. Raises no more after it."""
        self._main = threading.get_ident()
        before: Any = signal.signal(signal.SIGINT, self._hear)
        try:
            yield
        finally:
            self._told = True
            self._over.set()
            signal.signal(signal.SIGINT, before)

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """In the block an interrupt raises ``KeyboardInterrupt``, and the end raises ``Ended``, once."""
        self._open = True
        try:
            if self._status is not None:
                self._tell_the_end(self._status)
            if self._pressed:
                self._pressed = False
                raise KeyboardInterrupt
            yield
        finally:
            self._open = False

    def leave(self, status: int) -> None:
        """Have the session end with this exit status; from any thread."""
        self._status = status
        threading.Thread(target=self._knock, daemon=True, name="knocking").start()

    def _knock(self) -> None:
        while not self._told:
            signal.pthread_kill(self._main, signal.SIGINT)
            self._over.wait(KNOCK_SECONDS)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self._status is not None:
            if self._open:
                self._tell_the_end(self._status)
        elif self._open or self._pressed:
            self._pressed = False
            raise KeyboardInterrupt
        else:
            self._pressed = True

    def _tell_the_end(self, status: int) -> None:
        if not self._told:
            self._told = True
            raise Ended(status)


@contextlib.contextmanager
def leaving_in_good_order() -> Iterator[Interrupts]:
    """Signals end the session in the block as they should: what is open kept, and gone within seconds.

    The process then ends without writing what a terminal that takes nothing has not taken.
    """
    interrupts = Interrupts()
    if sys.platform == "win32":
        # No signal ends a session there; Ctrl+C is heard in the same places.
        with interrupts.listening():
            yield interrupts
        return
    # What was typed is on the disk as soon as it is done; the rest is the lab's, and its thread alone can keep it.
    with Shutdown(interrupts.leave, lambda: None):
        with interrupts.listening():
            yield interrupts
        if interrupts._status is not None:
            os._exit(interrupts._status)
