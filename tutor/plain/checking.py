"""Checks code while the face listens: Ctrl+C stops a check, and a signal ends the session during one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.language.catalogue import _
from tutor.plain.interrupts import Interrupts
from tutor.practice.exercise import Exercise
from tutor.practice.verdict import Verdict

if TYPE_CHECKING:
    from tutor.practice.checking import Checker

LOOK_SECONDS = 0.02


class Stopped(Exception):
    """There is no verdict; the message is a sentence."""


class Checking:
    """Checks with one process, started for the first check. Close it."""

    def __init__(self, make_checker: Callable[[], Checker], interrupts: Interrupts) -> None:
        self._make_checker, self._interrupts = make_checker, interrupts
        self._checker: Checker | None = None

    def close(self) -> None:
        """End the process, if there is one."""
        checker, self._checker = self._checker, None
        if checker is not None:
            checker.close()

    def warm(self, exercise: Exercise, unprotected: bool = False) -> None:
        """Let the process start and make ready while the learner writes. If that fails, a check says so."""
        from tutor.practice.runner.client import RunnerGone

        if self._checker is not None:
            return
        with contextlib.suppress(RunnerGone, OSError):
            checker = self._started(unprotected)

            def make_ready() -> None:
                with contextlib.suppress(RunnerGone):
                    checker.bank(exercise)

            threading.Thread(target=make_ready, daemon=True, name="warming").start()

    def _started(self, unprotected: bool) -> Checker:
        """The checker. Raises ``RunnerGone`` or ``OSError`` where its process cannot be started."""
        if self._checker is None:
            checker = self._make_checker()
            if unprotected:
                checker.allow_unprotected()
            self._checker = checker
        return self._checker

    def verdict(self, exercise: Exercise, source: str, unprotected: bool = False) -> Verdict:
        """The verdict on this code. Raises ``Stopped``.

        ``unprotected`` is asked for the first check: whether code runs even where this machine cannot keep it in.
        """
        from tutor.practice.failures import gone_verdict
        from tutor.practice.runner.client import RunnerGone

        try:
            checker = self._started(unprotected)
        except RunnerGone as error:
            return gone_verdict(error)
        except OSError as error:
            raise Stopped(_("Your code cannot be run here: {reason}.").format(reason=error.strerror or error)) from None
        found: list[Verdict | BaseException] = []
        done = threading.Event()

        def check() -> None:
            try:
                found.append(checker.check(exercise, source))
            except BaseException as error:
                found.append(error)
            done.set()

        threading.Thread(target=check, daemon=True, name="checking").start()
        try:
            while not done.is_set():
                with self._interrupts.heard():
                    done.wait(LOOK_SECONDS)
        except KeyboardInterrupt:
            self.close()
            raise Stopped(_("Stopped. What you wrote is kept; check runs it again.")) from None
        (result,) = found
        if isinstance(result, RunnerGone):
            self.close()
            return gone_verdict(result)
        if isinstance(result, BaseException):
            raise result
        return result
