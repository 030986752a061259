"""``exercises.toml``: which exercise each of a class's files is meant to solve, by patterns of their names."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.lesson_entry import Entry
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.lessons.toml_text import TomlError, parse_toml
from tutor.practice.catalog import UnknownExercise, find_exercise, read_exercises
from tutor.practice.exercise import Exercise

CLASS_TOML = "exercises.toml"


class _Source:
    def __init__(self, toml: Path, text: str) -> None:
        self.toml, self.lines = toml, TomlLines(text)


def read_class_files(toml: Path) -> Mapping[str, Exercise]:
    """The exercise for each pattern, in the order of the file. Raises ``LessonError`` with the line of the fault."""
    try:
        text = read_text_file(toml)
        plain = parse_toml(text)
    except (TextFileError, TomlError) as error:
        raise LessonError(toml, error.line or 1, str(error)) from None
    top = Entry(_Source(toml, text), plain, ())
    top.only({"files"})
    files = top.table("files")
    if not files:
        reason = 'there are no files; expected [files], and below it lines such as "exercise_softmax*.py" = "softmax"'
        raise top.error("files", reason)
    exercises, found = read_exercises(), {}
    for pattern, name in files.items():
        if not isinstance(name, str):
            raise top.inside("files", pattern, f"{pattern!r} is the id of an exercise, a text")
        try:
            found[pattern] = find_exercise(name, exercises)
        except UnknownExercise as error:
            raise top.inside("files", pattern, str(error)) from None
    return found


def exercise_for(name: str, patterns: Mapping[str, Exercise]) -> Exercise | None:
    """The exercise of the first pattern that the file's name has; None if it has none of them."""
    return next((exercise for pattern, exercise in patterns.items() if fnmatchcase(name, pattern)), None)
