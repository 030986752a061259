"""Where a learner is, since when, and whether they are stuck: summed up from their events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import WARM_UP, QuestionKey, question_of

EXERCISE = "exercise:"
"""Prefix of what stands for the lesson in an event of an exercise."""
AWAY_AFTER = timedelta(minutes=10)
"""A learner from whom nothing came for so long is away, and no longer stuck."""


@dataclass(frozen=True, order=True)
class Cause:
    """What was wrong with an answer: the place, and the name of the cause.

    ``cause`` is the index of an error that the question declares, the kind of a slip that the checker named, or the bug
    of an exercise; empty if nothing is known. ``step`` is empty for an exercise, whose name is ``lesson``.
    """

    lesson: str
    step: str
    question: int
    cause: str
    variant: int = 0
    """Which variant of the question was asked (``Question.variant``): its errors are numbered on their own."""


@dataclass(frozen=True)
class Standing:
    """Where a learner is. Times are None before the first event.

    ``since``: when they came to this step. ``stuck_since``: the first wrong answer or hint at it with no right answer,
    no goal reached and no skip after. ``answered`` and ``right_at_first`` count questions of lessons.
    """

    lesson: str = ""
    step: str = ""
    since: datetime | None = None
    last: datetime | None = None
    stuck_since: datetime | None = None
    wrong_here: int = 0
    answered: int = 0
    right_at_first: int = 0
    done: frozenset[str] = frozenset()
    errors: Mapping[Cause, int] = field(default_factory=dict)

    def away(self, now: datetime) -> bool:
        """Whether nothing came from them for a while."""
        return self.last is None or now - self.last >= AWAY_AFTER

    def stuck_for(self, now: datetime) -> timedelta | None:
        """How long they have been stuck; None if they are not, or are away."""
        return None if self.stuck_since is None or self.away(now) else now - self.stuck_since


@dataclass
class StandingTally:
    """A standing that events are added to, in their order."""

    lesson: str = ""
    step: str = ""
    since: datetime | None = None
    last: datetime | None = None
    stuck_since: datetime | None = None
    wrong_here: int = 0
    done: set[str] = field(default_factory=set)
    errors: Counter[Cause] = field(default_factory=Counter)
    _first: dict[tuple[str, QuestionKey], bool] = field(default_factory=dict)
    _touched: set[tuple[str, QuestionKey]] = field(default_factory=set)

    def add(self, event: Event) -> None:
        """Count an event; those of unknown kinds only say that the learner was there."""
        self.last = event.at
        self.errors.update(causes_of(event))
        kind = event.kind.removeprefix(WARM_UP)
        if kind == event.kind:
            self._move(event)
        if kind == "done":
            self.done.add(event.lesson)
        elif kind in ("answer", "skip", "hint"):
            self._question(kind, event)
        elif kind == "check":
            self._tried(event, right=event.details.get("verdict") == "right")
        elif kind == "goal":
            self._freed()

    def standing(self) -> Standing:
        """The standing so far."""
        return Standing(
            self.lesson, self.step, self.since, self.last, self.stuck_since, self.wrong_here, len(self._first),
            sum(self._first.values()), frozenset(self.done), dict(self.errors),
        )  # fmt: skip

    def _move(self, event: Event) -> None:
        step = event.details.get("step")
        place = (event.lesson, step if isinstance(step, str) else "")
        here = (self.lesson, self.step)
        if event.kind == "visit" or (event.kind == "step" and place != here) or event.lesson != self.lesson:
            self.lesson, self.step, self.since = *place, event.at
            self._freed()

    def _question(self, kind: str, event: Event) -> None:
        asked = question_of(event)
        if asked is None:
            return
        key = (event.lesson, asked)
        right = event.details.get("correct") is True
        if kind == "answer" and not event.kind.startswith(WARM_UP):
            self._first.setdefault(key, right and key not in self._touched)
        self._touched.add(key)
        if kind == "skip":
            self._freed()
        else:
            self._tried(event, right=right)

    def _tried(self, event: Event, right: bool) -> None:
        if right:
            self._freed()
            return
        self.wrong_here += event.kind.removeprefix(WARM_UP) != "hint"
        self.stuck_since = self.stuck_since or event.at

    def _freed(self) -> None:
        self.stuck_since, self.wrong_here = None, 0


def causes_of(event: Event) -> tuple[Cause, ...]:
    """What was wrong, in an event with a wrong answer or a check that was not right; else nothing."""
    details = event.details
    if event.kind == "check" and event.lesson.startswith(EXERCISE):
        bugs = details.get("bugs")
        named = tuple(bug for bug in bugs if isinstance(bug, str)) if isinstance(bugs, list) else ()
        return tuple(Cause(event.lesson.removeprefix(EXERCISE), "", 0, bug) for bug in named)
    asked = question_of(event)
    if asked is None or event.kind.removeprefix(WARM_UP) != "answer" or details.get("correct") is not False:
        return ()
    cause = details.get("mistake") or details.get("slip") or ""
    variant = details.get("variant", 0)
    known = cause if isinstance(cause, str) else ""
    return (Cause(event.lesson, asked[0], asked[1], known, variant if isinstance(variant, int) else 0),)
