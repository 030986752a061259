"""The exercises that are to be written again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tutor.course.record.progress import Progress
from tutor.course.record.warm_up import due_exercises
from tutor.practice.catalog import read_exercises


def exercises_again(progress: Progress, packs: Iterable[Path] = ()) -> tuple[str, ...]:
    """The ids of the exercises to be written again, the most useful first, of those that are there.

    ``packs`` are the folders of the packs in use. Exercises are read only if one is due. Raises ``LessonError``.
    """
    due = due_exercises(progress)
    if not due:
        return ()
    there = {exercise.id for exercise in read_exercises(packs=packs)}
    return tuple(exercise for exercise in due if exercise in there)
