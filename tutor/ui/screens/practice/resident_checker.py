"""The checker of an open exercise: its process starts while the learner reads, and ends when the exercise is left."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from tutor.language.catalogue import _
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.failures import gone_verdict
from tutor.practice.permission import Permission
from tutor.practice.runner.client import RunnerGone
from tutor.practice.runner.starting import RunnerStarter, start_directly
from tutor.practice.verdict import Verdict


class ResidentChecker:
    """Checks one exercise in threads, with one process, which is started again after it ended.

    ``permission`` is asked whether code may run without protection, ``start`` starts the process. End it.
    """

    def __init__(self, exercise: Exercise, permission: Callable[[], Permission], start: RunnerStarter | None) -> None:
        self._exercise, self._permission, self._start = exercise, permission, start or start_directly
        self._checker: Checker | None = None
        self._starting = asyncio.Lock()
        self._ended = False

    @property
    def is_started(self) -> bool:
        """Whether there is a process."""
        return self._checker is not None

    async def warm(self) -> None:
        """Make ready for the first check, unless the learner has to be asked. If it fails, the next check says so."""
        if self._permission().must_ask:
            return
        with contextlib.suppress(RunnerGone):
            checker = await self._started()
            await asyncio.to_thread(checker.bank, self._exercise)

    async def check(self, source: str) -> Verdict:
        """The verdict on this code."""
        try:
            checker = await self._started()
            return await asyncio.to_thread(checker.check, self._exercise, source)
        except RunnerGone:
            self._close()
            return gone_verdict()

    def end(self) -> None:
        """End the process, also one that is just being started."""
        self._ended = True
        self._close()

    async def _started(self) -> Checker:
        """The checker, with its process. Raises ``RunnerGone``."""
        async with self._starting:
            if self._checker is None:
                checker = await asyncio.to_thread(Checker, start=self._start)
                if self._permission().is_given:
                    checker.allow_unprotected()
                if self._ended:
                    _close(checker)
                    raise RunnerGone(_("the exercise is left"))
                self._checker = checker
            return self._checker

    def _close(self) -> None:
        checker, self._checker = self._checker, None
        if checker is not None:
            _close(checker)


def _close(checker: Checker) -> None:
    """End its process, in a thread: on a busy machine that can take a second."""
    threading.Thread(target=checker.close, daemon=True).start()
