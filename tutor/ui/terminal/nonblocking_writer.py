"""Writing to a terminal that may take its time, or take nothing any more."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import IO

from textual.drivers._writer_thread import WriterThread

BEHIND_AFTER = 0.25
"""Seconds that a write may take before the line counts as slow."""
AT_THE_END = 1.0
"""Seconds that a terminal is given for the last bytes."""


class NonBlockingWriter(WriterThread):
    """Writes in a thread of its own. ``write`` never waits, so a stalled terminal holds up nothing but its picture.

    What waits here is bounded by whoever paints: nothing new is to be painted while ``behind``. ``caught_up`` is
    called, in the writing thread, when a terminal that was behind has taken everything.
    """

    def __init__(
        self, file: IO[str], caught_up: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(file)
        self._texts: SimpleQueue[str | None] = SimpleQueue()
        self._caught_up = caught_up
        self._clock = clock
        # When the write that is under way began.
        self._since: float | None = None
        self._was_behind = False

    @property
    def behind(self) -> bool:
        """Whether the terminal has kept a write waiting."""
        since = self._since
        if since is not None and self._clock() - since > BEHIND_AFTER:
            self._was_behind = True
            return True
        return False

    def write(self, text: str) -> None:
        """Hand over a text."""
        self._texts.put(text)

    def run(self) -> None:
        """Write until the end; a line that is gone is one."""
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
        """End the thread, or leave it behind if the terminal takes nothing."""
        self._texts.put(None)
        self.join(AT_THE_END)
