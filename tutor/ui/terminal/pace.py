"""How often running work is polled and painted: less over SSH, and not at all while nobody watches."""

from __future__ import annotations

import time
from collections.abc import Callable

HERE = 0.1
"""Seconds between polls on a local terminal."""
BETWEEN_KEYS = 0.25
"""The same while somebody types: a key that comes during a poll waits for it."""
OVER_A_LINE = 0.25
"""Seconds between polls over SSH: four frames a second."""
AT_MOST = 2.0
MOST_OF_A_CORE = 0.2
"""The share of a core for polling and painting over SSH, where many learners share one machine."""
IDLE_AFTER = 60.0
"""Seconds without a key or the mouse after which painting stops."""
IN_USE_FOR = 1.0
"""Seconds after a key or the mouse in which the next key may be expected."""
UNSEEN = 5.0
"""Seconds between polls while nobody watches, to save progress and notice the end of a run."""


class Pace:
    """When the next poll is due. ``remote``: the terminal is connected over SSH.

    ``clock`` and ``worked`` give the elapsed seconds and the CPU seconds of this thread.
    """

    def __init__(
        self,
        remote: bool,
        clock: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self.remote = remote
        self.focused = True
        """Whether the terminal's window has the focus; assumed if the terminal does not report it."""
        self._clock, self._worked = clock, worked
        self._interval = OVER_A_LINE if remote else HERE
        self._touched = self._looked = clock()
        self._worked_before = worked()

    def touched(self) -> None:
        """Note a key or a mouse movement."""
        self._touched = self._clock()

    @property
    def in_use(self) -> bool:
        """Whether a key or the mouse was used a moment ago."""
        return self._clock() - self._touched < IN_USE_FOR

    @property
    def idle(self) -> bool:
        """Whether the learner has been inactive for so long that nobody may be there. Never on a local terminal."""
        return self.remote and self._clock() - self._touched > IDLE_AFTER

    @property
    def unseen(self) -> bool:
        """Whether nobody watches."""
        return self.idle or (self.remote and not self.focused)

    def due(self) -> bool:
        """Whether a poll is due now, which then counts as done."""
        now = self._clock()
        passed = now - self._looked
        seen = max(self._interval, BETWEEN_KEYS) if self.in_use else self._interval
        if passed < (UNSEEN if self.unseen else seen):
            return False
        if self.remote:
            share = (self._worked() - self._worked_before) / passed
            slower, faster = min(self._interval * 1.5, AT_MOST), max(self._interval / 1.5, OVER_A_LINE)
            self._interval = slower if share > MOST_OF_A_CORE else faster
        self._looked, self._worked_before = now, self._worked()
        return True
