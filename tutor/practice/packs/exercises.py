"""The exercises of a pack: read with limits on what drawing their inputs may take, and named after the pack."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import lesson_folders, read_summary
from tutor.course.packs.manifest import Pack
from tutor.practice.exercise import Exercise
from tutor.practice.extents import extents
from tutor.practice.loading import TOML, exercise_folders, read_exercise

MOST_EXERCISES, MOST_INPUTS, MOST_SIZES, MOST_DRAWN, MOST_CASES, MOST_BUGS = 100, 12, 10, 30, 40, 45
"""The shipped exercises have at most 6 inputs, 5 sizes, 24 drawn inputs, 10 cases and 42 bugs."""
MOST_NUMBERS = 25_000
"""In one array that is drawn, or on the way to it."""
LONGEST_SIDE, LARGEST_VALUE = 1_000, 100_000
"""Of what a reference is called with: it computes in this process, and some multiply a side by itself or count to a
value. Those of the shipped exercises are at most 784 and 20,000."""
LONGEST_PROGRAM = 20_000
"""Characters of a solution or a start file: they are parsed in this process."""
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def pack_exercises(pack: Pack, faults: list[LessonError]) -> Iterator[Exercise]:
    """The exercises of a pack, in order; appends an error for each that cannot be used to ``faults``."""
    folders = exercise_folders(pack.exercises)
    if len(folders) > MOST_EXERCISES:
        reason = f"there are {len(folders):,} exercises; at most {MOST_EXERCISES} are read"
        faults.append(LessonError(pack.exercises, 1, reason))
        return
    lessons = set(_lesson_ids(pack)) if folders else set()
    seen: dict[str, str] = {}
    for folder in folders:
        try:
            exercise = read_exercise(folder)
            check_limits(exercise)
            if exercise.id in seen:
                raise _fault(exercise, f"the id {exercise.id!r} is also that of {seen[exercise.id]}")
        except LessonError as error:
            faults.append(error)
            continue
        seen[exercise.id] = folder.name
        lesson = pack.within(exercise.lesson) if exercise.lesson in lessons else exercise.lesson
        yield replace(exercise, id=pack.within(exercise.id), lesson=lesson, pack=pack.id)


def check_limits(exercise: Exercise) -> None:
    """Raise ``LessonError`` for an exercise that a stranger may not bring.

    A text that defines a function reaches a reference as that function, in this process: so a pack has inputs of the
    kind ``function`` only where the solution, which runs in the restricted process, is what is right.
    """
    if not _ID.fullmatch(exercise.id):
        raise _fault(exercise, f"an id is small letters, digits and hyphens; got {exercise.id!r}")
    if exercise.right and any(each.kind == "function" for each in exercise.inputs):
        raise _fault(exercise, "an exercise of a pack with an input of the kind 'function' has no 'right'")
    for found, most, what in (
        (len(exercise.inputs), MOST_INPUTS, "inputs"), (len(exercise.sizes), MOST_SIZES, "sizes"),
        (exercise.drawn, MOST_DRAWN, "drawn inputs"), (len(exercise.cases), MOST_CASES, "cases"),
        (len(exercise.bugs), MOST_BUGS, "bugs"), (len(exercise.solution), LONGEST_PROGRAM, "characters in solution.py"),
        (len(exercise.another), LONGEST_PROGRAM, "characters in another.py"),
        (len(exercise.start), LONGEST_PROGRAM, "characters in start.py"),
    ):  # fmt: skip
        if found > most:
            raise _fault(exercise, f"there are {found:,} {what}; an exercise of a pack has at most {most:,}")
    longest = 0
    for each in exercise.inputs:
        try:
            sides = [extents(size, exercise.sizes) for size in each.shape]
        except ValueError as error:
            raise _fault(exercise, f"the input {each.name!r}: {error}") from None
        # The rows of a one-hot array are chosen from a square.
        count = math.prod(most for _, most in sides) if each.kind != "one-hot" else (sides or [(1, 1)])[-1][1] ** 2
        if max((count, *(most for _, most in sides))) > MOST_NUMBERS:
            raise _fault(exercise, f"the input {each.name!r} can have {count:,} numbers; at most {MOST_NUMBERS:,}")
        if any(least < 0 for least, _ in sides):
            raise _fault(exercise, f"the input {each.name!r} can have a side below 0")
        longest = max((longest, *(most for _, most in sides)))
    if exercise.right:
        _check_for_reference(exercise, longest)


def _check_for_reference(exercise: Exercise, longest: int) -> None:
    """Raise ``LessonError`` for inputs with which a reference might take too much."""
    given = [(each.low, each.high, each.of, list(each.values)) for each in exercise.inputs]
    largest = max(_numbers([given, *map(dict, exercise.cases)]), default=0.0)
    longest = max((longest, *(most for _, most in exercise.sizes.values())))
    for found, most, what in ((longest, LONGEST_SIDE, "side or a size"), (largest, LARGEST_VALUE, "value")):
        if found > most:
            raise _fault(exercise, f"with 'right', a {what} is at most {most:,} in a pack; there is one of {found:,g}")


def _numbers(plain: object) -> Iterator[float]:
    """The absolute values of all numbers in lists and tables; what is not finite is infinite."""
    waiting = [plain]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list | tuple):
            waiting += each
        elif isinstance(each, int | float):
            yield abs(float(each)) if math.isfinite(each) else math.inf


def _lesson_ids(pack: Pack) -> Iterator[str]:
    try:
        for folder in lesson_folders(pack.lessons):
            yield read_summary(folder).id
    except LessonError:
        return


def _fault(exercise: Exercise, reason: str) -> LessonError:
    return LessonError(exercise.folder / TOML, 1, reason)
