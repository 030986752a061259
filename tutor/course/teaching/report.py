"""What the questions of a folder's lessons should do better, as ``file:line: reason``."""

from __future__ import annotations

from pathlib import Path

from tutor.course.lessons.lesson import Lesson, LessonError
from tutor.course.lessons.loader import lesson_folders, load_lesson
from tutor.course.lessons.text_file import read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.questions.draws import CannotDraw
from tutor.course.teaching.rules import findings
from tutor.labs.catalog import UnknownLab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed


def teaching_faults(folder: Path) -> list[str]:
    """The findings on every lesson below ``folder``; a lesson that cannot be read or opened has none here, since
    ``check_lessons`` reports it."""
    try:
        folders = lesson_folders(folder)
    except LessonError:
        return []
    if len(folders) == 1:
        return _of_folder(folders[0])
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Started anew, because a fork would have the locks of threads that it does not have.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        return [line for lines in processes.map(_of_folder, folders) for line in lines]


def _of_folder(folder: Path) -> list[str]:
    try:
        return _of_lesson(load_lesson(folder))
    except LessonError:
        return []


def _of_lesson(lesson: Lesson) -> list[str]:
    toml = lesson.folder / "lesson.toml"
    lines = TomlLines(read_text_file(toml))
    try:
        found = findings(lesson)
    except (ControlError, LookupFailed, CannotDraw, UnknownLab):
        return []
    return [
        f"{toml}:{lines.find(('step', finding.position, 'question', finding.index), 'ask')}: {finding.said}"
        for finding in found
    ]
