"""The warm-up: a few questions from lessons that were finished some days ago, with new numbers.

Which lessons and questions are chosen is a function of what the learner did and of the moment that is given.
"""

from __future__ import annotations

import random
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from tutor.course.lessons.lesson import Lesson, Probe, Question, Step
from tutor.course.record.review import Review
from tutor.course.record.standing import Standing

MOST_QUESTIONS = 3
DAYS_AGO = (7, 3, 1)
"""The warm-up takes its lessons in turn from those finished at least so many days ago."""


@dataclass(frozen=True)
class Candidate:
    """A question that may be asked: the step's position in its lesson and the question's in the step, from 0."""

    position: int
    index: int


def due_lessons(
    reviews: Mapping[str, Review], standings: Mapping[str, Standing], known: Container[str], now: datetime
) -> tuple[str, ...]:
    """The ids of the lessons among those ``known`` that are due, those to be asked first in front.

    Turn by turn one that was finished seven or more days ago, one from three, one from one; of each kind first the
    one with the most trouble, then the one that has been due for longest.
    """
    due = [lesson for lesson, review in reviews.items() if lesson in known and review.is_due(now)]
    due.sort(key=lambda lesson: (-standings.get(lesson, Standing()).trouble, reviews[lesson].due(now.tzinfo), lesson))
    kinds: dict[int, list[str]] = {days: [] for days in DAYS_AGO}
    for lesson in due:
        ago = reviews[lesson].days_since_finished(now)
        kinds[next((days for days in DAYS_AGO if ago >= days), DAYS_AGO[-1])].append(lesson)
    turns = max(map(len, kinds.values()))
    return tuple(kind[turn] for turn in range(turns) for kind in kinds.values() if turn < len(kind))


def candidates(lesson: Lesson, standing: Standing, seed: int) -> tuple[Candidate, ...]:
    """The lesson's questions, those to be asked first in front.

    First those that gave trouble; then those with drawn numbers, for which nothing has to be trained, that were not
    asked for longest, and that stand first in their step. What is equal in all that is in an order drawn from ``seed``.
    """
    found = [(position, index) for position, step in enumerate(lesson.steps) for index in range(len(step.questions))]
    random.Random(seed).shuffle(found)

    def order(place: tuple[int, int]) -> tuple[object, ...]:
        position, index = place
        step = lesson.steps[position]
        kept = standing.question(step.id, index)
        asked = kept.warmed_up.timestamp() if kept.warmed_up is not None else 0.0
        return -kept.trouble, not step.draw, _presses(step, step.questions[index]), asked, index

    return tuple(Candidate(*place) for place in sorted(found, key=order))


def _presses(step: Step, question: Question) -> bool:
    """Whether an action of the lab is pressed for the question: that may train a network."""
    probes = (question.answer, *(m.gives for m in question.misconceptions if isinstance(m.gives, Probe)))
    return bool(step.press) or any(probe.press for probe in probes)
