"""Each question of a lesson as a learner meets it, at several visits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.course.lessons.lesson import Lesson, Question, Step
from tutor.course.session import LessonSession
from tutor.labs.catalog import lab_class
from tutor.labs.kit.contract import Lab

VISITS = range(6)
"""The seeds of the visits."""


@dataclass(frozen=True)
class OpenQuestion:
    """A question at one visit: its step's index in the lesson, its own in the step, and the lab with its numbers.

    The lab is closed when the next question is taken.
    """

    position: int
    index: int
    step: Step
    question: Question
    lab: Lab


def open_questions(lesson: Lesson, visits: range = VISITS) -> Iterator[OpenQuestion]:
    """The questions of every step, at each visit; once in each variant if the step draws nothing.

    Raises ``ControlError``, ``LookupFailed`` or ``CannotDraw`` if a step does not open.
    """
    for position, step in enumerate(lesson.steps):
        for seed in (visits if step.draw else visits[: step.variants]) if step.questions else ():
            lab = lab_class(lesson.lab)()
            try:
                session = LessonSession(lesson, lab, seed)
                session.open(position)
                for index, question in enumerate(session.step.questions):
                    yield OpenQuestion(position, index, session.step, question, lab)
            finally:
                lab.close()
