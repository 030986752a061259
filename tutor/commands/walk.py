"""``dl-tutor walk``: run walk-through scripts without a screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from tutor.commands.console.printing import answer, tell
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.lessons.finding import UnknownLesson, find_available
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.lesson_path import lessons_in
from tutor.course.lessons.loader import load_lesson
from tutor.course.lessons.own_lessons import AvailableLessons, read_lessons
from tutor.resources import lessons_folder
from tutor.scripting.parse import read_script
from tutor.scripting.runner import Outcome, Settings, run_script
from tutor.scripting.script import ExpectationFailed, ScriptError

HELD, FAILED, UNREADABLE = 0, 1, 2


def run(args: argparse.Namespace) -> int:
    """Run the scripts of ``args.targets``: files, folders, ids or numbers; by default those of all lessons.

    Prints one line per script on standard output, failures on standard error, and at the end how many lines were
    skipped because TensorFlow is not installed. Returns 0 if all scripts succeed, 1 if an expectation failed, 2 if a
    script cannot be parsed or a lesson does not exist.
    """
    targets: list[str] = list(args.targets or [])
    own = folders_beside_the_shipped(args)
    status = HELD
    try:
        scripts = [script for target in targets for script in _scripts(target, own)] if targets else _all(own)
    except (UnknownLesson, LessonError) as error:
        tell(error)
        return UNREADABLE
    passed_over: list[Outcome] = []
    for file in scripts:
        status = max(status, _walk(file, own, passed_over))
    if passed_over:
        count = sum(outcome.passed_over for outcome in passed_over)
        tell(f"{_expectations(count)} of {len(scripts)} {'script' if len(scripts) == 1 else 'scripts'} skipped: "
             f"{passed_over[0].why}")  # fmt: skip
    return status


def _scripts(target: str, own: tuple[Path, ...]) -> list[Path]:
    path = Path(target)
    if path.suffix == ".walk":
        return [path]
    if folders := lessons_in(path):
        return [load_lesson(folder).walk for folder in folders]
    return [load_lesson(find_available(target, _available(own)).folder).walk]


def _all(own: tuple[Path, ...]) -> list[Path]:
    available = _available(own)
    for notice in available.notices:
        tell(notice)
    return [load_lesson(summary.folder).walk for summary in available.summaries]


def _available(own: tuple[Path, ...]) -> AvailableLessons:
    return read_lessons(lessons_folder(), own)


def _walk(file: Path, own: tuple[Path, ...], passed_over: list[Outcome]) -> int:
    try:
        outcome = run_script(read_script(file), Settings(say=lambda line: tell(line), own_lessons=own))
    except ExpectationFailed as failure:
        answer(f"{file}: failed at line {failure.line}")
        tell(failure)
        return FAILED
    except ScriptError as error:
        answer(f"{file}: cannot be run")
        tell(error)
        return UNREADABLE
    besides = ""
    if outcome.passed_over:
        passed_over.append(outcome)
        besides = f", {outcome.passed_over} skipped"
    answer(f"{file}: {_expectations(outcome.expectations)} held{besides}")
    return HELD


def _expectations(count: int) -> str:
    return f"{count} expectation{'' if count == 1 else 's'}"
