"""Timeouts for the worker's answers, and the messages about them."""

from __future__ import annotations

import time
from collections.abc import Callable

UNRESPONSIVE_AFTER = 10.0
"""Seconds without any answer after which a worker counts as stopped. A separate thread answers pings."""
LOADING_TIMEOUT = 60.0
"""The same while it starts or loads TensorFlow: Python runs no other thread while it loads a large library."""
BUSY_AFTER = 20.0
"""Seconds after which to report a worker that is alive but sends no result: it may be in a long step."""
MESSAGE_AFTER = 3.0
"""Seconds after which to report how long something takes that is usually immediate."""
PING_INTERVAL = 1.0
"""Seconds between two pings to the worker."""
_MOST_AT_ONCE = 1.0
"""The most seconds that count between two ticks: the laptop, or this process, may have been suspended."""


class ResponseTimer:
    """Adds up the seconds between calls of ``tick`` until ``reset``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.seconds = 0.0
        self._looked = clock()

    def tick(self) -> float:
        """The seconds so far. Call it often while waiting for an answer."""
        now = self._clock()
        self.seconds += min(now - self._looked, _MOST_AT_ONCE)
        self._looked = now
        return self.seconds

    def reset(self) -> None:
        """Start over: there was an answer, or none is expected."""
        self.seconds, self._looked = 0.0, self._clock()


def no_answer(seconds: float) -> str:
    """The message about an unresponsive worker."""
    return f"the training process has not answered for {seconds:.0f} s"


def loading_tensorflow(seconds: float) -> str:
    """The message while TensorFlow loads; the usual time was measured on machines from idle to fully loaded."""
    return f"TensorFlow is loading: {seconds:.0f} s; usually 5 to 30"
