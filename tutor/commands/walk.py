"""``dl-tutor walk``: run walk-through scripts without a screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from tutor.commands.printing import answer, tell
from tutor.course.finding import UnknownLesson, find_lesson
from tutor.course.lesson import LessonError
from tutor.course.loader import lesson_folders, load_lesson, read_summaries
from tutor.resources import lessons_folder
from tutor.scripting.parse import read_script
from tutor.scripting.runner import Settings, run_script
from tutor.scripting.script import ExpectationFailed, ScriptError

HELD, FAILED, UNREADABLE = 0, 1, 2


def run(args: argparse.Namespace) -> int:
    """Run the scripts of ``args.targets``: lesson ids or numbers, or files; all shipped lessons without any.

    One line a script on standard output, what is wrong on standard error. Returns 0 when all holds, 1 when an
    expectation failed, 2 when a script cannot be read or a lesson is not there.
    """
    targets: list[str] = list(args.targets or [])
    status = HELD
    try:
        scripts = [_script(target) for target in targets] if targets else _shipped()
    except (UnknownLesson, LessonError) as error:
        tell(error)
        return UNREADABLE
    for file in scripts:
        status = max(status, _walk(file))
    return status


def _script(target: str) -> Path:
    path = Path(target)
    if path.suffix == ".walk":
        return path
    if (path / "lesson.toml").is_file():
        return load_lesson(path).walk
    return load_lesson(find_lesson(target, read_summaries(lessons_folder())).folder).walk


def _shipped() -> list[Path]:
    return [load_lesson(folder).walk for folder in lesson_folders(lessons_folder())]


def _walk(file: Path) -> int:
    try:
        outcome = run_script(read_script(file), Settings(say=lambda line: tell(line)))
    except ExpectationFailed as failure:
        answer(f"{file}: failed at line {failure.line}")
        tell(failure)
        return FAILED
    except ScriptError as error:
        answer(f"{file}: cannot be run")
        tell(error)
        return UNREADABLE
    count = outcome.expectations
    answer(f"{file}: {count} expectation{'' if count == 1 else 's'} held")
    return HELD
