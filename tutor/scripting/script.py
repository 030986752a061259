"""A parsed walk-through script: frozen data, one statement per line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tutor.course.commands import Command
from tutor.language.chosen import ENGLISH

Relation = Literal["above", "below"]


@dataclass(frozen=True)
class Open:
    """Open a lesson, at its first step or another, with its numbers drawn from ``seed``, its texts in ``language``."""

    lesson: str
    step: str | None = None
    seed: int = 0
    language: str = ENGLISH


@dataclass(frozen=True)
class WaitTrained:
    """Wait until nothing runs in the background."""


@dataclass(frozen=True)
class WaitFor:
    """Wait until the number at ``path`` is above or below ``bound``."""

    path: str
    relation: Relation
    bound: float


@dataclass(frozen=True)
class ExpectValue:
    """The number at ``path`` is ``value`` within the tolerance, by default half its last digit; or it is that word."""

    path: str
    value: str
    tolerance: str | None = None


@dataclass(frozen=True)
class ExpectBeyond:
    """The number at ``path`` is above or below ``bound``."""

    path: str
    relation: Relation
    bound: float


@dataclass(frozen=True)
class ExpectAnswered:
    """The verdict on the last answer."""

    outcome: Literal["correct", "wrong", "refused"]


@dataclass(frozen=True)
class ExpectMessage:
    """The message to the last answer contains ``words``."""

    words: str


@dataclass(frozen=True)
class ExpectText:
    """The text of the step, with the lab's numbers filled in, contains ``words``."""

    words: str


@dataclass(frozen=True)
class ExpectCovered:
    """The readout is covered."""

    name: str


@dataclass(frozen=True)
class ExpectStep:
    """The current step, by its id or number."""

    step: str


@dataclass(frozen=True)
class ExpectProgress:
    """The state of the current step, by its word: open, seen, right at first, …"""

    word: str


@dataclass(frozen=True)
class ExpectTensorFlow:
    """TensorFlow now computes each of the readout's numbers within ``tolerance``."""

    readout: str
    tolerance: float


@dataclass(frozen=True)
class ExpectGoal:
    """Goal ``number`` of the current step, from 1, is reached or still open."""

    number: int
    outcome: Literal["reached", "open"]


Expectation = (
    ExpectValue
    | ExpectBeyond
    | ExpectAnswered
    | ExpectMessage
    | ExpectText
    | ExpectCovered
    | ExpectStep
    | ExpectTensorFlow
    | ExpectGoal
    | ExpectProgress
)
Action = Open | Command | WaitTrained | WaitFor | Expectation


@dataclass(frozen=True)
class Statement:
    """One line of the script."""

    line: int
    text: str
    action: Action


@dataclass(frozen=True)
class Script:
    """A whole script; the first statement opens a lesson."""

    file: Path
    statements: tuple[Statement, ...]


class ScriptError(ValueError):
    """A script that cannot be parsed or run: ``file:line: reason`` for its author."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class ExpectationFailed(AssertionError):
    """A line of a script failed: ``file:line: expected …, got …``."""

    def __init__(self, file: Path, line: int, expected: str, got: str) -> None:
        super().__init__(f"{file}:{line}: expected {expected}, got {got}")
        self.file, self.line, self.expected, self.got = file, line, expected, got
