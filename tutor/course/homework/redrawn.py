"""The questions of a homework with one learner's numbers, drawn anew from seed and name: to judge, and to prove."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tutor.course.homework.homework import HomeworkItem
from tutor.course.lessons.finding import open_lesson
from tutor.course.lessons.lesson import LessonSummary, Question, Step
from tutor.course.questions.draws import numbers_of
from tutor.labs.kit.contract import Lab


@dataclass(frozen=True)
class RedrawnStep:
    """A step as it opens for a learner. ``lab`` has the drawn numbers, and is closed when the next step is drawn."""

    step: Step
    lab: Lab

    @property
    def questions(self) -> tuple[Question, ...]:
        """Its questions, with the variants that this learner is asked."""
        return self.step.questions

    def drew(self, numbers: object) -> bool:
        """Whether these numbers of an event are those that are drawn."""
        return numbers == plain_numbers(numbers_of(self.step, self.lab))


def counted_steps(item: HomeworkItem, summary: LessonSummary) -> tuple[str, ...]:
    """The ids of the steps that count: those that ask something, of those that the item names."""
    return tuple(step.id for step in summary.outline if step.questions and (not item.steps or step.id in item.steps))


def plain_numbers(numbers: Mapping[str, Any]) -> object:
    """Numbers as an event has them."""
    return json.loads(json.dumps(numbers))


@contextmanager
def redrawn(summary: LessonSummary, step: str, seed: int) -> Iterator[RedrawnStep]:
    """The step as it opens in a new lab at this seed.

    Raises ``LessonError``, ``UnknownLesson`` for the step, ``CannotOpen``.
    """
    session = open_lesson(summary, step, seed=seed)
    try:
        yield RedrawnStep(session.step, session.lab)
    finally:
        session.lab.close()
