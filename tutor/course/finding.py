"""Finding a lesson by what people call it, and opening it on its lab."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.course.drawing import CannotDraw
from tutor.course.lesson import Lesson, LessonSummary
from tutor.course.loader import load_lesson
from tutor.course.session import Journal, LessonSession, NoJournal
from tutor.course.standing import GoalKey
from tutor.labs.catalog import UnknownLab, lab_class
from tutor.labs.contract import LabState
from tutor.labs.controls import ControlError
from tutor.labs.places import LookupFailed
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter, start_inline

# Python refuses to read integers of thousands of digits.
LONGEST_NAME = 200


class UnknownLesson(LookupError):
    """There is no such lesson or no such step; the message lists those there are."""


class CannotOpen(RuntimeError):
    """A lesson asks its lab for what the lab cannot do; the message is for the lesson's author."""


def find_lesson(name: str, lessons: Sequence[LessonSummary]) -> LessonSummary:
    """The lesson with this id or number (``2``, ``02``). Raises ``UnknownLesson``."""
    wanted = name.strip().casefold()
    for lesson in lessons:
        if wanted == lesson.id or (wanted.isdecimal() and wanted.lstrip("0") == str(lesson.number)):
            return lesson
    known = ", ".join(f"{lesson.number} {lesson.id}" for lesson in lessons) or "none"
    raise UnknownLesson(f"there is no lesson {name!r}; there are {known}")


def step_position(lesson: Lesson, step: str) -> int:
    """Where the step with this id or number stands, from 0. Raises ``UnknownLesson`` listing the steps."""
    position = lesson.position_of(step) if len(step) <= LONGEST_NAME else None
    if position is None:
        known = ", ".join(f"{number} {s.id}" for number, s in enumerate(lesson.steps, start=1))
        raise UnknownLesson(f"the lesson {lesson.id} has no step {step!r}; it has {known}")
    return position


def open_lesson(
    found: LessonSummary,
    step: str | None = None,
    *,
    start_run: RunStarter = start_inline,
    start_program: ProgramStarter | None = None,
    seed: int = 0,
    journal: Journal | None = None,
    lab_state: LabState | None = None,
    came_back_to: int | None = None,
    goals_reached: frozenset[GoalKey] = frozenset(),
) -> LessonSession:
    """A session on the lesson, opened at ``step`` (id or number; the first without).

    The lab goes on from ``lab_state``. At the step ``came_back_to`` (from 0) that also stands above what the step
    sets and draws, so that nothing the learner had set is lost. ``goals_reached`` stay reached.

    Raises ``LessonError``, ``UnknownLesson`` for the step, ``CannotOpen`` where lesson and lab do not fit. The
    caller closes the session's lab.
    """
    lesson = load_lesson(found.folder)
    position = 0 if step is None else step_position(lesson, step)
    try:
        lab = lab_class(lesson.lab)(start_run)
    except UnknownLab as error:
        raise CannotOpen(f"the lesson {lesson.id}: {error}") from error
    try:
        if lab_state is not None:
            lab.restore(lab_state)
        session = LessonSession(
            lesson, lab, seed, journal or NoJournal(), start_program=start_program, goals_reached=goals_reached
        )
        session.open(position)
        if lab_state is not None and position == came_back_to:
            lab.restore(lab_state)
    except (CannotDraw, ControlError, LookupFailed) as error:
        lab.close()
        raise CannotOpen(f"the lesson {lesson.id}: {error}") from error
    return session
