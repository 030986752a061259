"""Write to a terminal that may be slow or stalled, without blocking."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO

from textual.drivers._writer_thread import WriterThread

BEHIND_AFTER = 0.25
"""Seconds that a write may take before the connection counts as slow."""
AT_THE_END = 1.0
"""Timeout in seconds for the last bytes."""


class NonBlockingWriter(WriterThread):
    """Writes in its own thread. ``write`` never blocks, so a stalled terminal delays only its own picture.

    To bound the queue, callers must not paint while ``behind``. ``caught_up`` is called, in the writing thread, when a
    terminal that was behind has taken everything.
    """

    def __init__(
        self, file: IO[str], caught_up: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(file)
        self._texts: SimpleQueue[str | None] = SimpleQueue()
        self._caught_up = caught_up
        self._clock = clock
        # When the current write began.
        self._since: float | None = None
        self._was_behind = False

    @property
    def behind(self) -> bool:
        """Whether the terminal delays a write."""
        since = self._since
        if since is not None and self._clock() - since > BEHIND_AFTER:
            self._was_behind = True
            return True
        return False

    def write(self, text: str) -> None:
        """Queue a text."""
        self._texts.put(text)

    def run(self) -> None:
        """Write until ``stop`` or until the connection is closed."""
        with contextlib.suppress(OSError, ValueError):
            while (text := self._texts.get()) is not None:
                self._since = self._clock()
                self._file.write(text)
                if self._texts.empty():
                    self._file.flush()
                    self._since = None
                    if self._was_behind:
                        self._was_behind = False
                        self._caught_up()

    def stop(self) -> None:
        """End the thread, or abandon it if the terminal is stalled."""
        self._texts.put(None)
        self.join(AT_THE_END)
