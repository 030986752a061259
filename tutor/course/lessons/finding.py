"""Find a lesson by id, number or path, and open it on its lab."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tutor.course.lessons.lesson import STUDIO, Lesson, LessonSummary
from tutor.course.lessons.loader import load_whole, read_summary
from tutor.course.lessons.own_lessons import AvailableLessons
from tutor.course.packs.installed import shipped_packs
from tutor.course.packs.manifest import Pack
from tutor.course.questions.draws import CannotDraw
from tutor.course.record.journal import Journal
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.session import LessonSession, NoJournal
from tutor.course.words.similar_names import did_you_mean
from tutor.labs.catalog import UnknownLab, lab_class
from tutor.labs.kit.contract import LabState
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed
from tutor.resources import studio_folder
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter, start_inline

# Python refuses to read integers of thousands of digits.
LONGEST_NAME = 200
LONGEST_PATH = 4096


class UnknownLesson(LookupError):
    """There is no such lesson or step; the message lists the known ones."""


class CannotOpen(RuntimeError):
    """A lesson asks its lab for something it cannot do; the message is for the lesson's author."""


def find_lesson(name: str, lessons: Sequence[LessonSummary]) -> LessonSummary:
    """The lesson with this id or number (``2``, ``02``), the first of several with one number.

    A user's own lesson can also be named by its folder, or by its collection's name or folder with its id or number
    (``mine/2``). Raises ``UnknownLesson``.
    """
    if name.strip().casefold() == STUDIO:
        return read_summary(studio_folder())
    found = _named(name, lessons) or _at_path(name, lessons)
    if found is not None:
        return found
    known = ", ".join(_way_to(lesson) for lesson in lessons) or "none"
    close = did_you_mean(name, (lesson.id for lesson in lessons))
    raise UnknownLesson(f"there is no lesson {name!r}{close or ';'} {'There' if close else 'there'} are {known}")


def find_available(name: str, available: AvailableLessons) -> LessonSummary:
    """``find_lesson`` among all available lessons. ``UnknownLesson`` also says which lessons cannot be read.

    If ``name`` is the path of a lesson that cannot be read, the error says only that.
    """
    try:
        return find_lesson(name, available.summaries)
    except UnknownLesson as error:
        there = [fault for fault in available.faults if Path(name).is_absolute() and _is_at(fault.file.parent, name)]
        to_be_added = [_add_first(pack) for pack in shipped_packs() if name.partition("/")[0] == pack.id]
        lines = to_be_added or (map(str, there) if there else (str(error), *available.notices))
        raise UnknownLesson("\n".join(lines)) from error


def _add_first(pack: Pack) -> str:
    return f"{pack.title} is a pack that is not among the lessons yet: dl-tutor packs add {pack.id}"


def _is_at(folder: Path, name: str) -> bool:
    return "\0" not in name and folder.resolve() == Path(name).resolve()


def _named(name: str, lessons: Sequence[LessonSummary]) -> LessonSummary | None:
    wanted = name.strip().casefold()
    for lesson in lessons:
        if wanted == lesson.id or (wanted.isdecimal() and wanted.lstrip("0") == str(lesson.number)):
            return lesson
    return None


def _at_path(name: str, lessons: Sequence[LessonSummary]) -> LessonSummary | None:
    folder, slash, last = name.rpartition("/")
    if not slash or len(name) > LONGEST_PATH or "\0" in name:
        return None
    within = [one for one in lessons if one.collection is not None and folder == one.collection.name]
    if not within and Path(folder).is_absolute():
        for lesson in lessons:
            if _is_at(lesson.folder, name):
                return lesson
        within = [one for one in lessons if one.collection is not None and _is_at(one.collection.folder, folder)]
    return _named(last, within) or next((one for one in within if one.folder.name == last), None)


def _way_to(lesson: LessonSummary) -> str:
    if lesson.collection is None:
        return f"{lesson.number} {lesson.id}"
    return f"{lesson.number} {lesson.id} (in {lesson.collection.name})"


def step_position(lesson: Lesson, step: str) -> int:
    """The index of the step with this id or number, from 0. Raises ``UnknownLesson`` with the known steps."""
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
    progress_before: LessonProgress | None = None,
    folders: tuple[Path, ...] = (),
    afresh: bool = False,
) -> LessonSession:
    """A session on the lesson, opened at ``step`` (id or number; default: the first).

    The lab goes on from ``lab_state``. At the step ``came_back_to`` (from 0) this state overrides what the step sets
    and draws, so that the learner's settings are kept. Questions settled in ``progress_before`` stay settled. Files
    for the learner go to the first writable one of ``folders``. ``afresh``: each step opens in a lab as new.

    Raises ``LessonError``, ``UnknownLesson`` for the step, ``CannotOpen`` if lesson and lab do not match. The
    caller closes the session's lab.
    """
    lesson = load_whole(found)
    position = 0 if step is None else step_position(lesson, step)
    try:
        lab = lab_class(lesson.lab)(start_run)
    except UnknownLab as error:
        raise CannotOpen(f"the lesson {lesson.id}: {error}") from error
    try:
        if lab_state is not None:
            lab.restore(lab_state)
        session = LessonSession(
            lesson,
            lab,
            seed,
            journal or NoJournal(),
            start_program=start_program,
            progress_before=progress_before or LessonProgress(),
            folders=folders,
            afresh=afresh,
        )
        session.open(position)
        if lab_state is not None and position == came_back_to:
            lab.restore(lab_state)
    except (CannotDraw, ControlError, LookupFailed) as error:
        lab.close()
        raise CannotOpen(f"the lesson {lesson.id}: {error}") from error
    return session
