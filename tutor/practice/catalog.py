"""The shipped exercises, by id, in the order of their folders."""

from __future__ import annotations

from pathlib import Path

from tutor.course.words.similar_names import did_you_mean
from tutor.practice.exercise import Exercise
from tutor.practice.loading import exercise_folders, read_exercise
from tutor.resources import exercises_folder


class UnknownExercise(LookupError):
    """There is no such exercise; the message lists the known ones."""


def read_exercises(folder: Path | None = None) -> list[Exercise]:
    """All exercises. Raises ``LessonError`` for one that cannot be read."""
    return [read_exercise(each) for each in exercise_folders(folder or exercises_folder())]


def find_exercise(name: str, exercises: list[Exercise]) -> Exercise:
    """The exercise with this id, or this number in the list from 1. Raises ``UnknownExercise``."""
    wanted = name.strip().casefold()
    for number, exercise in enumerate(exercises, start=1):
        if wanted in (exercise.id, str(number)):
            return exercise
    known = ", ".join(exercise.id for exercise in exercises)
    close = did_you_mean(name, [exercise.id for exercise in exercises])
    raise UnknownExercise(f"there is no exercise {name!r}{close or ';'} {'There' if close else 'there'} are {known}")
