"""Lessons, steps and causes in words, from the lessons themselves: never from what a learner typed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from tutor.classroom.standing import Cause
from tutor.course.homework.homework import homework_and_lesson
from tutor.course.lessons.lesson import Lesson, LessonError, LessonSummary, Question
from tutor.course.lessons.loader import load_lesson
from tutor.course.lessons.placeholders import without_numbers
from tutor.course.lessons.step_texts import StepText, read_step_texts
from tutor.practice.exercise import Exercise

NO_CAUSE = "no cause is known"
_SLIPS = {
    "sign": "the wrong sign",
    "given": "a number of the question typed as its answer",
    "percentage": "a percentage in place of a share",
    "complement": "1 minus it",
    "reciprocal": "the reciprocal",
    "off by one": "off by one",
    "missing term": "a term is missing",
    "extra term": "a term too many",
    "wrong term": "one term is not right",
    "sign of a term": "a term with the wrong sign",
    "rounded": "rounded too early or too far",
}
"""What the kinds of slips are called here (``tutor/course/questions/slips.py``); a factor names itself."""


class Wording:
    """Words for ids. What is not among ``lessons`` and ``exercises``, such as a pack that is away, is its id."""

    def __init__(self, lessons: Sequence[LessonSummary], exercises: Sequence[Exercise] = ()) -> None:
        self._lessons = {summary.id: summary for summary in lessons}
        self._exercises = {exercise.id: exercise for exercise in exercises}
        self._steps: dict[str, tuple[StepText, ...]] = {}
        self._read: dict[str, Lesson | None] = {}

    @cached_property
    def order(self) -> dict[str, int]:
        """The place of each lesson in the course."""
        return {lesson: at for at, lesson in enumerate(self._lessons)}

    def lesson(self, lesson: str) -> str:
        """``9 Gradient descent``."""
        homework, _ = homework_and_lesson(lesson)
        summary = self._summary(lesson)
        named = lesson if summary is None else f"{summary.number} {summary.title}"
        return f"{named}, homework {homework}" if homework and summary is not None else named

    def _summary(self, lesson: str) -> LessonSummary | None:
        """Of the lesson, also where it is done for a homework."""
        return self._lessons.get(homework_and_lesson(lesson)[1])

    def step(self, lesson: str, step: str) -> str:
        """``3 The learning rate``: the step's number and title."""
        for position, text in enumerate(self._texts(lesson)):
            if text.id == step:
                return f"{position + 1} {text.title}"
        return step

    def place(self, lesson: str, step: str) -> str:
        """``9 Gradient descent · 3 The learning rate``; the lesson alone before a step is opened."""
        return f"{self.lesson(lesson)} · {self.step(lesson, step)}" if step else self.lesson(lesson)

    def short_place(self, lesson: str, step: str) -> str:
        """``9/3 The learning rate``, for where there is little room."""
        summary = self._summary(lesson)
        return self.place(lesson, step) if summary is None else f"{summary.number}/{self.step(lesson, step)}"

    def where(self, cause: Cause) -> str:
        """The place of an error: ``9 Gradient descent · 3 The learning rate``, or an exercise."""
        if not cause.step:
            exercise = self._exercises.get(cause.lesson)
            return f"exercise {cause.lesson if exercise is None else exercise.title}"
        return self.place(cause.lesson, cause.step)

    def why(self, cause: Cause) -> str:
        """What was wrong: the author's words for it, with ``…`` for each number, or the kind of a slip."""
        if not cause.step:
            exercise = self._exercises.get(cause.lesson)
            bugs = () if exercise is None else exercise.bugs
            return next((bug.say for bug in bugs if bug.id == cause.cause), cause.cause)
        if cause.cause.isdecimal():
            return self._declared(cause) or f"error {cause.cause} of the question"
        slips = " or ".join(_SLIPS.get(kind, kind) for kind in cause.cause.split("+")) if cause.cause else NO_CAUSE
        asked = self.asked(cause)
        return f"{slips}, at: {asked}" if asked else slips

    def asked(self, cause: Cause) -> str:
        """The question, with ``…`` for each number; empty if it is not known."""
        question = self._question(cause)
        return "" if question is None else without_numbers(question.ask)

    def _declared(self, cause: Cause) -> str:
        question = self._question(cause)
        errors = () if question is None else question.misconceptions
        at = int(cause.cause)
        return without_numbers(errors[at].say) if at < len(errors) else ""

    def _question(self, cause: Cause) -> Question | None:
        lesson = self._lesson(cause.lesson)
        step = next((each for each in lesson.steps if each.id == cause.step), None) if lesson is not None else None
        if step is None or not 0 <= cause.question < len(step.questions):
            return None
        question = step.questions[cause.question]
        asked = (question, *question.variants)
        return asked[cause.variant] if 0 <= cause.variant < len(asked) else None

    def _texts(self, lesson: str) -> tuple[StepText, ...]:
        if lesson not in self._steps:
            summary = self._summary(lesson)
            self._steps[lesson] = () if summary is None else read_step_texts(summary.folder)
        return self._steps[lesson]

    def _lesson(self, lesson: str) -> Lesson | None:
        if lesson not in self._read:
            summary = self._summary(lesson)
            try:
                self._read[lesson] = None if summary is None else load_lesson(summary.folder)
            except LessonError:
                self._read[lesson] = None
        return self._read[lesson]
