"""Ctrl+C and terminating signals: handled where a lesson can be left, deferred everywhere else."""

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
"""How often the signal is repeated while waiting for a line: it can arrive just before the waiting begins."""


class Ended(BaseException):
    """A signal ends the session; ``status`` is the exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Interrupts:
    """Allows interrupts while a lesson waits for a line, writes one, or pauses between two turns of a training.

    An interrupt anywhere else would leave a lab half changed. A second Ctrl+C acts at once, everywhere.
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
        """Handle signals in the block, in the main thread."""
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
        """In the block an interrupt raises ``KeyboardInterrupt``, and a terminating signal ``Ended``, once."""
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
        """End the session with this exit status; callable from any thread."""
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
    """Make signals end the session in the block within seconds, with everything saved.

    The process then exits without waiting for a stalled terminal to take pending output.
    """
    interrupts = Interrupts()
    if sys.platform == "win32":
        # There are no such signals there; Ctrl+C works the same.
        with interrupts.listening():
            yield interrupts
        return
    # What was typed is on the disk as soon as it is done; the rest is the lab's, and its thread alone can keep it.
    with Shutdown(interrupts.leave, lambda: None):
        with interrupts.listening():
            yield interrupts
        if interrupts._status is not None:
            os._exit(interrupts._status)
