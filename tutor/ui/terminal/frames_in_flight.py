"""How far a terminal at the end of a long line is with what was painted: it is asked, and its answers are counted.

Between this process and the learner's screen an SSH server keeps up to two megabytes, so that writing never waits
however slow the line is. A terminal that is asked for its status (``CSI 5 n``) answers when it comes to the question.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable

ASK = "\x1b[5n"
ANSWER = "\x1b[0n"
SLOW_AFTER = 0.25
"""Seconds without an answer, after which nothing more is sent before it comes."""
GIVEN_UP_AFTER = 5.0
"""Seconds, after which an answer is taken for lost."""


class FramesInFlight:
    """The frames that were sent and not answered for. A terminal that does not answer the first is not asked again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: deque[float] = deque()
        self._answers: bool | None = None

    @property
    def to_ask(self) -> bool:
        """Whether the next frame is to end with a question."""
        return bool(self._answers) or (self._answers is None and not self._sent)

    @property
    def waiting(self) -> bool:
        """Whether an answer is due from a terminal that gives them."""
        return bool(self._answers) and bool(self._sent)

    @property
    def behind(self) -> bool:
        """Whether an answer has been due for so long that the line is slow."""
        if not self._answers or not (sent := tuple(self._sent)):
            return False
        passed = self._clock() - sent[0]
        if passed > GIVEN_UP_AFTER:
            self.forget()
            # Perhaps what answered was no terminal: it is asked once more, and not waited for until it answers.
            self._answers = None
            return False
        return passed > SLOW_AFTER

    def asked(self) -> None:
        """A question was sent."""
        self._sent.append(self._clock())

    def answered(self) -> None:
        """An answer came."""
        self._answers = True
        # Another thread may have given it up meanwhile.
        with contextlib.suppress(IndexError):
            self._sent.popleft()

    def forget(self) -> None:
        """What was asked will not be answered."""
        self._sent.clear()
