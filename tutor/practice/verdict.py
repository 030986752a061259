"""The verdict on a learner's function: right, a known bug, the first number that is wrong, or why it did not run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from tutor.labs.kit.charts import Bars
from tutor.labs.kit.readouts import Picture
from tutor.practice.comparing import Path

Word = Literal["right", "bug", "wrong", "error"]


@dataclass(frozen=True)
class Where:
    """The first value that is wrong: in which array, list or dict, where in it, what it is, what it should be.

    ``arithmetic`` is how the right number is worked out, ``like`` a remark on how all the wrong ones relate to it.
    """

    name: str
    index: Path
    got: Any
    expected: Any
    arithmetic: str = ""
    like: str = ""


@dataclass(frozen=True)
class Verdict:
    """What is said of a program. ``bugs`` are the known bugs that it has; ``line`` is in the learner's file, from 1.

    ``inputs`` are those with which it went wrong, ``printed`` what it printed. ``picture`` shows what was returned, or
    an intermediate, beside what should be.
    """

    word: Word
    say: str
    bugs: tuple[str, ...] = ()
    where: Where | None = None
    line: int | None = None
    inputs: dict[str, Any] | None = None
    printed: str = ""
    picture: Bars | Picture | None = None
