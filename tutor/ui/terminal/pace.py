"""How often what runs by itself is looked at and painted: seldom over a line, and not at all for nobody."""

from __future__ import annotations

import time
from collections.abc import Callable

HERE = 0.1
"""Seconds from one look to the next, on this machine."""
OVER_A_LINE = 0.25
"""The same over SSH: four frames a second."""
AT_MOST = 2.0
MOST_OF_A_CORE = 0.2
"""Share of a core that looking and painting may take over SSH, where many learners share one machine."""
IDLE_AFTER = 60.0
"""Seconds without a key or the mouse, after which nothing is painted."""
UNSEEN = 5.0
"""Seconds from one look to the next while nobody looks: what was done is to be saved, and its end noticed."""


class Pace:
    """When the next look is due. ``remote``: the terminal is at the other end of a line.

    ``clock`` and ``worked`` say the seconds that have passed and that this thread has worked.
    """

    def __init__(
        self,
        remote: bool,
        clock: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self.remote = remote
        self.focused = True
        """Whether the terminal's window has the focus; of one that does not say it is taken to."""
        self._clock, self._worked = clock, worked
        self._interval = OVER_A_LINE if remote else HERE
        self._touched = self._looked = clock()
        self._worked_before = worked()

    def touched(self) -> None:
        """The learner pressed a key or moved the mouse."""
        self._touched = self._clock()

    @property
    def idle(self) -> bool:
        """Whether the learner has done nothing for so long that nobody may be there. Never on this machine."""
        return self.remote and self._clock() - self._touched > IDLE_AFTER

    @property
    def unseen(self) -> bool:
        """Whether painting would be for nobody."""
        return self.idle or (self.remote and not self.focused)

    def due(self) -> bool:
        """Whether to look now, which is then noted."""
        now = self._clock()
        passed = now - self._looked
        if passed < (UNSEEN if self.unseen else self._interval):
            return False
        if self.remote:
            share = (self._worked() - self._worked_before) / passed
            slower, faster = min(self._interval * 1.5, AT_MOST), max(self._interval / 1.5, OVER_A_LINE)
            self._interval = slower if share > MOST_OF_A_CORE else faster
        self._looked, self._worked_before = now, self._worked()
        return True
