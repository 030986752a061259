"""The interface's side of the runner: starts the warm process, and asks it to run code."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutor.practice.runner.frames import IDLE_EXIT, read_frame, write_frame
from tutor.practice.runner.starting import RunnerStarter, start_directly
from tutor.practice.runner.values import TooLarge, ValuesError, from_bytes, to_bytes
from tutor.training.worker.launcher import StartedWorker

SECONDS = 5
"""The longest that a run may take, of processor time and of waiting."""
EXIT_TIMEOUT = 1.0
_LONGEST_MESSAGE, _LONGEST_LINE, _LONGEST_PRINTED = 500, 200, 64 * 1024


class RunnerGone(RuntimeError):
    """The warm process ended."""


@dataclass(frozen=True)
class Failure:
    """An exception: its type, its message, the learner's line or None, and the text of a line that is no Python.

    ``distinct`` says that its message tells it from other failures, as one of what stands for Keras does.
    """

    type: str
    message: str
    line: int | None = None
    text: str = ""
    distinct: bool = False


@dataclass(frozen=True)
class Call:
    """What one call gave: a value or a failure, the function's local numbers, the arguments that it changed."""

    value: Any = None
    failure: Failure | None = None
    locals: dict[str, Any] = field(default_factory=dict)
    changed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a run ended, what it printed, and its calls.

    ``ended`` is ``ok``; ``error`` for a failure before the first call; ``no function``; ``time``, ``killed``, ``left``
    (it ended its process itself), ``too large``; or ``unprotected`` if this machine cannot restrict it.
    """

    ended: str
    calls: tuple[Call, ...] = ()
    failure: Failure | None = None
    line: int | None = None
    printed: str = ""
    defined: bool = False
    """Whether the name of a missing function is there, as something else."""


class Runner:
    """The warm process, which ends when it is not used for long and then starts again. Close it, or use ``with``.

    A run is ended after ``seconds``. ``unprotected``: it runs code even where the system cannot restrict it.
    """

    def __init__(
        self, unprotected: bool = False, seconds: int = SECONDS, start: RunnerStarter = start_directly
    ) -> None:
        self._unprotected, self._seconds, self._start = unprotected, seconds, start
        self._lock = threading.Lock()
        self._process = self._started()

    def run(
        self, source: str, function: str, calls: Sequence[Sequence[Any]], readable: Sequence[Path] = (),
        *, of_strangers: bool = False,
    ) -> Outcome:  # fmt: skip
        """Run the code, and call its function with each of the lists of arguments.

        The code can read the files ``readable``. That ``of_strangers`` never runs unprotected. Raises ``RunnerGone``.
        """
        return self.run_all([source], function, calls, readable, of_strangers=of_strangers)[0]

    def run_all(
        self, sources: Sequence[str], function: str, calls: Sequence[Sequence[Any]], readable: Sequence[Path] = (),
        locals_too: bool = True, *, of_strangers: bool = False,
    ) -> list[Outcome]:  # fmt: skip
        """Run several programs one after the other in one process, as programs that trust each other may.

        If one of them ends the process, that is the outcome of all. Without ``locals_too`` the calls have no local
        numbers, and take half the time. Programs ``of_strangers`` never run unprotected. Raises ``RunnerGone``.
        """
        asked = {
            "sources": list(sources), "function": function, "calls": [list(arguments) for arguments in calls],
            "readable": [str(path) for path in readable],
            "unprotected": self._unprotected and not of_strangers,
            "seconds": self._seconds, "locals": locals_too,
        }  # fmt: skip
        with self._lock:
            data = _answer(self._process, to_bytes(asked))
            if data is None and _ended_idle(self._process):
                # It was not used for long: it has seen nothing of this.
                _end(self._process)
                self._process = self._started()
                data = _answer(self._process, to_bytes(asked))
        if data is None:
            raise RunnerGone("it ended")
        return _outcomes(data, len(sources))

    def allow_unprotected(self) -> None:
        """Run code from now on even where the system cannot restrict it."""
        self._unprotected = True

    def close(self) -> None:
        """End the process."""
        _end(self._process)

    def _started(self) -> StartedWorker:
        try:
            return self._start()
        except OSError as error:
            raise RunnerGone(str(error)) from error

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _answer(process: StartedWorker, asked: bytes) -> bytes | None:
    """What it answers; None if it has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        write_frame(process.stdin, asked)
        return read_frame(process.stdout)
    except (OSError, ValueError):
        return None


def _ended_idle(process: StartedWorker) -> bool:
    try:
        return process.wait(EXIT_TIMEOUT) == IDLE_EXIT
    except subprocess.TimeoutExpired:
        return False


def _end(process: StartedWorker) -> None:
    """Close its pipes, and end it by force if that does not end it."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(EXIT_TIMEOUT)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
    process.stdout.close()


def _outcomes(data: bytes, count: int) -> list[Outcome]:
    """The outcomes from what a fork sent, which may be anything."""
    try:
        found = from_bytes(data)
        programs = found.get("programs", [found] * count)
    except TooLarge:
        return [Outcome("too large")] * count
    except (ValuesError, AttributeError):
        return [Outcome("left")] * count
    outcomes = [_outcome(each) for each in programs] if isinstance(programs, list) else []
    return outcomes if len(outcomes) == count else [Outcome("left")] * count


def _outcome(found: Any) -> Outcome:
    try:
        calls = tuple(_call(each) for each in found.get("calls", ()))
        failure = _failure(found["error"]) if "error" in found else None
        return Outcome(
            str(found["ended"]), calls, failure, _line(found.get("line")),
            str(found.get("printed", ""))[:_LONGEST_PRINTED],
            found.get("has") is True,
        )  # fmt: skip
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError):
        return Outcome("left")


def _call(found: dict[str, Any]) -> Call:
    changed = tuple(int(i) for i in found.get("changed", ()))
    failure = _failure(found["error"]) if "error" in found else None
    return Call(found.get("value"), failure, dict(found.get("locals", {})), changed)


def _failure(found: dict[str, Any]) -> Failure:
    return Failure(
        str(found["type"])[:_LONGEST_LINE], str(found["message"])[:_LONGEST_MESSAGE], _line(found["line"]),
        str(found["text"])[:_LONGEST_LINE], found.get("keras") is True,
    )  # fmt: skip


def _line(given: Any) -> int | None:
    return given if type(given) is int else None
