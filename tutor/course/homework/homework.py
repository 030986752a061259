"""A homework once read, and the seed that draws a learner's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal

Kind = Literal["lesson", "exercise"]


@dataclass(frozen=True)
class HomeworkItem:
    """A lesson or an exercise. ``weight`` is in per cent of the homework; ``steps`` are those that count, or all."""

    kind: Kind
    id: str
    weight: float
    steps: tuple[str, ...] = ()


_KEY = "homework:"


def homework_and_lesson(key: str) -> tuple[str, str]:
    """The id of the homework and that of the lesson in a name of the log; no homework for an ordinary visit.

    >>> homework_and_lesson("homework:week-3/neuron"), homework_and_lesson("pack/sums")
    (('week-3', 'neuron'), ('', 'pack/sums'))
    """
    if not key.startswith(_KEY):
        return "", key
    homework, _, lesson = key.removeprefix(_KEY).partition("/")
    return homework, lesson


@dataclass(frozen=True)
class Homework:
    """What is due. ``late`` is the share, from 0 to 1, for which an answer after ``due`` counts."""

    id: str
    title: str
    seed: int
    due: date | datetime
    late: float
    items: tuple[HomeworkItem, ...]
    file: Path

    def key(self, lesson: str) -> str:
        """The name in the log of what is done in this lesson for this homework: no name of a lesson."""
        return f"{self.prefix}{lesson}"

    @property
    def prefix(self) -> str:
        """What the names of its lessons in the log begin with."""
        return f"{_KEY}{self.id}/"

    @property
    def deadline(self) -> datetime:
        """The moment after which an answer is late; of a day its end, in this machine's time."""
        if isinstance(self.due, datetime):
            return self.due
        return datetime.combine(self.due + timedelta(days=1), time()).astimezone()

    def seed_of(self, name: str) -> int:
        """The seed of this learner's numbers: the first 48 bits of the SHA-256 of id, seed and name, a line each.

        >>> from datetime import date
        >>> Homework("week-3", "", 7, date(2026, 12, 15), 0.0, (), Path()).seed_of("ada") < 2**48
        True
        """
        digest = sha256(f"{self.id}\n{self.seed}\n{name}".encode("utf-8", "surrogateescape")).digest()
        return int.from_bytes(digest[:6], "big")
