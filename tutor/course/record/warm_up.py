"""The warm-up: a few questions from lessons that were finished some days ago, with new numbers.

The choice of lessons and questions is a function of the learner's events and the given time.
"""

from __future__ import annotations

import random
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutor.course.lessons.lesson import Lesson, Probe, Question, Step
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.review import Review

MOST_QUESTIONS = 3
DAYS_AGO = (7, 3, 1)
"""The warm-up takes lessons in turn from those finished at least this many days ago."""


@dataclass(frozen=True)
class Candidate:
    """A question to ask: the step's position in its lesson and the question's index in the step, from 0."""

    position: int
    index: int


def due_lessons(
    reviews: Mapping[str, Review], all_progress: Mapping[str, LessonProgress], known: Container[str], now: datetime
) -> tuple[str, ...]:
    """The ids of the ``known`` lessons that are due, most urgent first.

    Takes in turn one finished seven or more days ago, one from three, one from one; within each group the lesson with
    the most trouble comes first, then the one due for longest.
    """
    due = [lesson for lesson, review in reviews.items() if lesson in known and review.is_due(now)]
    due.sort(
        key=lambda lesson: (
            -all_progress.get(lesson, LessonProgress()).trouble,
            reviews[lesson].due(now.tzinfo),
            lesson,
        )
    )
    kinds: dict[int, list[str]] = {days: [] for days in DAYS_AGO}
    for lesson in due:
        ago = reviews[lesson].days_since_finished(now)
        kinds[next((days for days in DAYS_AGO if ago >= days), DAYS_AGO[-1])].append(lesson)
    turns = max(map(len, kinds.values()))
    return tuple(kind[turn] for turn in range(turns) for kind in kinds.values() if turn < len(kind))


def candidates(lesson: Lesson, progress: LessonProgress, seed: int) -> tuple[Candidate, ...]:
    """The lesson's questions, best candidates first.

    The order is: questions that gave trouble; questions with drawn numbers that need no training; those not asked for
    longest; those first in their step. Ties are in an order drawn from ``seed``.
    """
    found = [(position, index) for position, step in enumerate(lesson.steps) for index in range(len(step.questions))]
    random.Random(seed).shuffle(found)

    def order(key: tuple[int, int]) -> tuple[object, ...]:
        position, index = key
        step = lesson.steps[position]
        kept = progress.question(step.id, index)
        asked = kept.warmed_up.timestamp() if kept.warmed_up is not None else 0.0
        return -kept.trouble, not step.draw, _presses(step, step.questions[index]), asked, index

    return tuple(Candidate(*key) for key in sorted(found, key=order))


def _presses(step: Step, question: Question) -> bool:
    """Whether the question presses an action of the lab, which may train a network."""
    probes = (question.answer, *(m.gives for m in question.misconceptions if isinstance(m.gives, Probe)))
    return bool(step.press) or any(probe.press for probe in probes)
