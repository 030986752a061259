"""How long somebody who was asked has not answered, and when that is worth a sentence."""

from __future__ import annotations

import time
from collections.abc import Callable

SILENT_AFTER = 10.0
"""Seconds after which a worker that says nothing at all is taken for stopped. It answers from a thread of its own."""
LOADING_WITHIN = 60.0
"""The same while it starts or loads TensorFlow: Python runs no other thread while it reads a large library in."""
BUSY_AFTER = 20.0
"""Seconds after which a worker that lives, but does not come to an answer, is worth a word: it may be a long step."""
WORTH_A_WORD = 3.0
"""Seconds after which it is said how long something takes that is usually there at once."""
ASKED_EVERY = 1.0
"""Seconds from one question to the worker whether it is there to the next."""
_MOST_AT_ONCE = 1.0
"""Seconds between two looks at the clock that count: a laptop may have slept, or this very process."""


class Silence:
    """Adds up seconds between calls of ``tick`` until something is ``heard``."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.seconds = 0.0
        self._looked = clock()

    def tick(self) -> float:
        """The seconds so far. To be called often while an answer is awaited."""
        now = self._clock()
        self.seconds += min(now - self._looked, _MOST_AT_ONCE)
        self._looked = now
        return self.seconds

    def heard(self) -> None:
        """Begin anew: there was an answer, or nothing is awaited."""
        self.seconds, self._looked = 0.0, self._clock()


def no_answer(seconds: float) -> str:
    """What is said of a worker that is silent."""
    return f"the training process has not answered for {seconds:.0f} s"


def loading_tensorflow(seconds: float) -> str:
    """What is said while TensorFlow loads; how long that takes was measured on machines from idle to fully loaded."""
    return f"TensorFlow is loading: {seconds:.0f} s; usually 5 to 30"
