"""Count the frames in flight to a remote terminal, with a status query after each frame.

Between this process and the learner's screen an SSH server buffers up to two megabytes, so that writing never blocks
however slow the connection is. A terminal replies to a status query (``CSI 5 n``) when it has processed the output
before it.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable

ASK = "\x1b[5n"
ANSWER = "\x1b[0n"
SLOW_AFTER = 0.25
"""Seconds without a reply after which nothing more is sent until it arrives."""
GIVEN_UP_AFTER = 5.0
"""Seconds after which a reply counts as lost."""


class FramesInFlight:
    """The frames sent and not acknowledged yet. A terminal that ignores the first query gets no further ones."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: deque[float] = deque()
        self._answers: bool | None = None

    @property
    def to_ask(self) -> bool:
        """Whether the next frame must end with a query."""
        return bool(self._answers) or (self._answers is None and not self._sent)

    @property
    def waiting(self) -> bool:
        """Whether a reply is pending from a terminal that sends them."""
        return bool(self._answers) and bool(self._sent)

    @property
    def behind(self) -> bool:
        """Whether a reply is overdue, so that the connection is slow."""
        if not self._answers or not (sent := tuple(self._sent)):
            return False
        passed = self._clock() - sent[0]
        if passed > GIVEN_UP_AFTER:
            self.forget()
            # The reply may not have come from a terminal: query once more, without waiting until it replies.
            self._answers = None
            return False
        return passed > SLOW_AFTER

    def asked(self) -> None:
        """Note that a query was sent."""
        self._sent.append(self._clock())

    def answered(self) -> None:
        """Note that a reply arrived."""
        self._answers = True
        # Another thread may have given up waiting for it.
        with contextlib.suppress(IndexError):
            self._sent.popleft()

    def forget(self) -> None:
        """Give up all pending replies."""
        self._sent.clear()
