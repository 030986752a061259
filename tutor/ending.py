"""The end of a session that nobody asked for by a key: a signal, or a terminal that is gone."""

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
"""Added to a signal's number for the exit status, as shells do."""
SAVED_WITHIN = 1.5
"""Seconds for the interface to keep what is open, before another thread saves what has been handed over."""
GONE_WITHIN = 4.0
"""Seconds to leave in good order, before the process ends without."""
# Windows has no SIGHUP, and nothing there listens in this way.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Ending:
    """Listens to the signals that end a session, in a thread: the event loop may be held up by anything.

    ``leave`` is called first, with the exit status, and is to hand over to the event loop; ``save`` writes what is
    known so far, from any thread, where the event loop does not get to it. ``kept`` is for the interface to call when
    all is saved.
    """

    def __init__(self, leave: Callable[[int], None], save: Callable[[], object]) -> None:
        self._leave, self._save = leave, save
        self._kept, self._over = threading.Event(), threading.Event()
        self._begun = threading.Lock()
        self._attributes: list[Any] | None = None

    def __enter__(self) -> Ending:
        """Listen. Processes started from now on have these signals blocked until they say otherwise."""
        with contextlib.suppress(termios.error, OSError, ValueError):
            self._attributes = termios.tcgetattr(sys.__stdin__)  # type: ignore[arg-type]
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        threading.Thread(target=self._listen, daemon=True, name="ending").start()
        return self

    def __exit__(self, *_: object) -> None:
        """All is in order; whoever ends this process from now on just ends it."""
        self._over.set()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def kept(self) -> None:
        """Say that what was open is saved."""
        self._kept.set()

    def begin(self, number: int) -> None:
        """End the session as at signal ``number``; from any thread, and once."""
        if self._begun.acquire(blocking=False):
            threading.Thread(target=self._end, args=(number,), daemon=True, name="leaving").start()

    def _listen(self) -> None:
        while not self._over.is_set():
            number = signal.sigwait(SIGNALS)
            if self._over.is_set():
                os.kill(os.getpid(), number)
                return
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
