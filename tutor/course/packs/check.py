"""What is checked of a pack's lessons and glossary, within a bound on the time that they may take."""

from __future__ import annotations

from tutor.course.lessons.check import Checked, check_lessons
from tutor.course.lessons.glossary import glossary_faults, load_glossary
from tutor.course.lessons.lesson import Lesson, LessonError
from tutor.course.lessons.loader import lesson_folders, load_lesson, read_summaries
from tutor.course.lessons.time_limit import NoSuchLimit, allowed_seconds
from tutor.course.packs.manifest import Pack
from tutor.resources import lessons_folder

SECONDS = 600.0
"""For all lessons of a pack together, and again for its exercises."""


def check_pack_lessons(pack: Pack) -> Checked:
    """Check the lessons of the pack, and that its glossary names lessons that there are, its own or shipped ones."""
    try:
        seconds = allowed_seconds(usual=SECONDS)
    except NoSuchLimit as error:
        return Checked(0, 0, 0, (f"{pack.folder}:1: {error}",))
    checked = check_lessons(pack.lessons, seconds)
    if checked.faults:
        return checked
    return Checked(
        checked.lessons, checked.steps, checked.questions, (*checked.faults, *_glossary_faults(pack)), checked.goals
    )


def id_fault(pack: Pack) -> str:
    """Why no pack may have this id, as the lessons that ship have it; empty if it may."""
    if any(pack.id == summary.id for summary in read_summaries(lessons_folder())):
        return f"{pack.folder / 'pack.toml'}:1: a shipped lesson has the id {pack.id!r}; give the pack another"
    return ""


def _glossary_faults(pack: Pack) -> list[str]:
    lessons = [load_lesson(folder) for folder in lesson_folders(pack.lessons)]
    try:
        elsewhere = {entry.lesson for entry in load_glossary(pack.folder)} - {lesson.id for lesson in lessons}
    except LessonError as error:
        return [str(error)]
    shipped: list[Lesson] = []
    if elsewhere:
        shipped = [load_lesson(each.folder) for each in read_summaries(lessons_folder()) if each.id in elsewhere]
    return glossary_faults(pack.folder, [*lessons, *shipped])
