"""Shutdown of a session by a signal or by the loss of its terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

if sys.platform != "win32":
    import termios

ENDED_BY_SIGNAL = 128
"""Added to the signal number to get the exit status, as in shells."""
SAVED_WITHIN = 1.5
"""Seconds for the interface to save its open work, before another thread saves what it already handed over."""
GONE_WITHIN = 4.0
"""Seconds for an orderly exit, before the process is ended."""
# Windows has no SIGHUP, and nothing there uses this class.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Shutdown:
    """Waits in a thread for the signals that end a session, because the event loop may be blocked.

    It first calls ``leave`` with the exit status, which should schedule the exit in the event loop. If the event loop
    does not get to it, ``save`` writes what is known so far, from any thread. The interface calls ``kept`` once
    everything is saved.
    """

    def __init__(self, leave: Callable[[int], None], save: Callable[[], object]) -> None:
        self._leave, self._save = leave, save
        self._kept, self._over = threading.Event(), threading.Event()
        self._begun = threading.Lock()
        self._attributes: list[Any] | None = None

    def __enter__(self) -> Shutdown:
        """Start listening. Processes started from now on inherit these signals blocked."""
        with contextlib.suppress(termios.error, OSError, ValueError):
            self._attributes = termios.tcgetattr(sys.__stdin__)  # type: ignore[arg-type]
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        threading.Thread(target=self._listen, daemon=True, name="ending").start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening; from now on a signal ends this process at once, with the status of one.

        A hang-up comes twice, and with the end of the input: the session may be leaving by itself.
        """
        self._over.set()
        for number in SIGNALS:
            # Only the main thread may set them.
            with contextlib.suppress(ValueError):
                signal.signal(number, _end_at_once)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def kept(self) -> None:
        """Report that the open work is saved."""
        self._kept.set()

    def begin(self, number: int) -> None:
        """End the session as on signal ``number``. Callable from any thread; only the first call counts."""
        if self._begun.acquire(blocking=False):
            threading.Thread(target=self._end, args=(number,), daemon=True, name="leaving").start()

    def _listen(self) -> None:
        while not self._over.is_set():
            number = signal.sigwait(SIGNALS)
            if self._over.is_set():
                _end_at_once(number)
            self.begin(number)

    def _end(self, number: int) -> None:
        status = ENDED_BY_SIGNAL + number
        self._leave(status)
        if not self._kept.wait(SAVED_WITHIN):
            with contextlib.suppress(Exception):
                self._save()
        if not self._over.wait(GONE_WITHIN - SAVED_WITHIN):
            self._restore_terminal()
            os._exit(status)

    def _restore_terminal(self) -> None:
        if self._attributes is not None:
            with contextlib.suppress(termios.error, OSError, ValueError):
                termios.tcsetattr(sys.__stdin__, termios.TCSANOW, self._attributes)  # type: ignore[arg-type]


def _end_at_once(number: int, _frame: object = None) -> None:
    os._exit(ENDED_BY_SIGNAL + number)
