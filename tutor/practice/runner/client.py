"""The interface's side of the runner: starts the warm process once, and asks it to run code."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tutor.practice.runner.frames import read_frame, write_frame
from tutor.practice.runner.values import ValuesError, from_bytes, to_bytes

SECONDS = 5
"""The longest that a run may take, of processor time and of waiting."""
EXIT_TIMEOUT = 1.0


class RunnerGone(RuntimeError):
    """The warm process ended."""


@dataclass(frozen=True)
class Failure:
    """An exception: its type, its message, the learner's line or None, and the text of a line that is no Python."""

    type: str
    message: str
    line: int | None = None
    text: str = ""


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
    """The warm process. Close it, or use it in a ``with`` statement.

    A run is ended after ``seconds``. ``unprotected``: it runs code even where the system cannot restrict it.
    """

    def __init__(self, unprotected: bool = False, seconds: int = SECONDS) -> None:
        self._unprotected, self._seconds = unprotected, seconds
        self._lock = threading.Lock()
        environment = {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tutor.practice.runner.program"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, **environment}, start_new_session=True,
        )  # fmt: skip

    def run(self, source: str, function: str, calls: Sequence[Sequence[Any]], readable: Sequence[Path] = ()) -> Outcome:
        """Run the code, and call its function with each of the lists of arguments.

        The code can read the files ``readable``. Raises ``RunnerGone``.
        """
        return self.run_all([source], function, calls, readable)[0]

    def run_all(
        self, sources: Sequence[str], function: str, calls: Sequence[Sequence[Any]], readable: Sequence[Path] = ()
    ) -> list[Outcome]:
        """Run several programs one after the other in one process, as programs that trust each other may.

        If one of them ends the process, that is the outcome of all. Raises ``RunnerGone``.
        """
        asked = {
            "sources": list(sources), "function": function, "calls": [list(arguments) for arguments in calls],
            "readable": [str(path) for path in readable], "unprotected": self._unprotected,
            "seconds": self._seconds,
        }  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            try:
                write_frame(self._process.stdin, to_bytes(asked))  # type: ignore[arg-type]
                data = read_frame(self._process.stdout)  # type: ignore[arg-type]
            except (OSError, ValueError) as error:
                raise RunnerGone(str(error)) from error
        if data is None:
            raise RunnerGone("it ended")
        return _outcomes(data, len(sources))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _outcomes(data: bytes, count: int) -> list[Outcome]:
    """The outcomes from what a fork sent, which may be anything."""
    try:
        found = from_bytes(data)
        programs = found.get("programs", [found] * count)
    except (ValuesError, AttributeError):
        return [Outcome("left")] * count
    outcomes = [_outcome(each) for each in programs] if isinstance(programs, list) else []
    return outcomes if len(outcomes) == count else [Outcome("left")] * count


def _outcome(found: Any) -> Outcome:
    try:
        calls = tuple(_call(each) for each in found.get("calls", ()))
        failure = _failure(found["error"]) if "error" in found else None
        return Outcome(
            str(found["ended"]), calls, failure, _line(found.get("line")), str(found.get("printed", "")),
            found.get("has") is True,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError):
        return Outcome("left")


def _call(found: dict[str, Any]) -> Call:
    changed = tuple(int(i) for i in found.get("changed", ()))
    failure = _failure(found["error"]) if "error" in found else None
    return Call(found.get("value"), failure, dict(found.get("locals", {})), changed)


def _failure(found: dict[str, Any]) -> Failure:
    return Failure(str(found["type"]), str(found["message"]), _line(found["line"]), str(found["text"]))


def _line(given: Any) -> int | None:
    return given if type(given) is int else None
