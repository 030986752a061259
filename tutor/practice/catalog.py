"""The shipped exercises, by id, in the order of their folders."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.packs.manifest import read_pack
from tutor.course.words.similar_names import did_you_mean
from tutor.practice.exercise import Exercise
from tutor.practice.loading import exercise_folders, read_exercise
from tutor.practice.packs.exercises import pack_exercises
from tutor.resources import exercises_folder


class UnknownExercise(LookupError):
    """There is no such exercise; the message lists the known ones."""


def read_exercises(folder: Path | None = None, packs: Iterable[Path] = ()) -> list[Exercise]:
    """The shipped exercises, or those of ``folder``, and then those of the packs in the folders ``packs``.

    Raises ``LessonError`` for one of the first that cannot be read. One of a pack is left out: packs were checked as
    they were added, and ``dl-tutor check-exercises`` says the fault.
    """
    exercises = [read_exercise(each) for each in exercise_folders(folder or exercises_folder())]
    for each in packs:
        with contextlib.suppress(LessonError):
            exercises += pack_exercises(read_pack(each), [])
    return exercises


def find_exercise(name: str, exercises: list[Exercise]) -> Exercise:
    """The exercise with this id, or this number in the list from 1. Raises ``UnknownExercise``."""
    wanted = name.strip().casefold()
    for number, exercise in enumerate(exercises, start=1):
        if wanted in (exercise.id, str(number)):
            return exercise
    ids = [exercise.id for exercise in exercises]
    close = did_you_mean(name, ids)
    known = f"; there are {', '.join(ids)}"
    raise UnknownExercise(f"there is no exercise {name!r}{close or known}")


def exercise_of_file(file: Path, exercises: list[Exercise]) -> Exercise:
    """The exercise that a file is named after, or else the only one whose function is defined in it.

    Raises ``UnknownExercise``.
    """
    name = file.stem.casefold().replace("_", "-")
    for exercise in exercises:
        if exercise.name == name:
            return exercise
    try:
        defined = _defined(read_text_file(file))
    except TextFileError as error:
        raise UnknownExercise(f"{file}: {error}") from None
    found = [exercise for exercise in exercises if exercise.function in defined]
    if len(found) == 1:
        return found[0]
    raise UnknownExercise(
        f"{file} does not tell which exercise it is; name that first: dl-tutor practice check ID {file}"
    )


def _defined(source: str) -> set[str]:
    """The functions that a program defines, also one that is no Python yet."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        return {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    return set(re.findall(r"^def\s+(\w+)", source, re.MULTILINE))
