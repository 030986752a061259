"""The proof of all that a pack has, as it is added: its lessons, its glossary, its exercises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import read_summaries
from tutor.course.lessons.own_lessons import read_tolerantly
from tutor.course.lessons.time_limit import VARIABLE, OutOfTime, allowed_seconds, time_limit
from tutor.course.packs.check import SECONDS, check_pack_lessons, id_fault
from tutor.course.packs.manifest import Pack
from tutor.language.catalogue import _
from tutor.practice.checking import OF_STRANGERS, Checker
from tutor.practice.exercise import Exercise
from tutor.practice.packs.exercises import pack_exercises
from tutor.practice.proof import faults_of
from tutor.practice.runner.client import RunnerGone
from tutor.resources import lessons_folder
from tutor.sandbox.restriction import reachable_level


@dataclass(frozen=True)
class CheckedPack:
    """How many lessons and exercises a pack has, and its faults, each a sentence with the file at its beginning."""

    lessons: int
    exercises: int
    faults: tuple[str, ...]


def check_pack(pack: Pack) -> CheckedPack:
    """Check the pack within a bound on time. The code of its exercises runs only where the system restricts it."""
    checked = check_pack_lessons(pack)
    faults = [fault for fault in (id_fault(pack), *checked.faults) if fault]
    unread: list[LessonError] = []
    exercises = list(pack_exercises(pack, unread))
    faults += map(str, unread)
    faults += _unknown_lessons(pack, exercises)
    if exercises and not reachable_level().complete:
        faults.append(f"{pack.exercises}:1: {_(OF_STRANGERS)}")
    elif exercises and not faults:
        faults += _faults_of_exercises(exercises)
    return CheckedPack(checked.lessons, len(exercises), tuple(faults))


def _unknown_lessons(pack: Pack, exercises: list[Exercise]) -> Iterator[str]:
    """A sentence for each exercise whose lesson or step is neither in the pack nor among those shipped."""
    faults: list[LessonError] = []
    steps = {pack.within(each.id): each.outline for each in read_tolerantly(pack.lessons, faults)}
    steps |= {each.id: each.outline for each in read_summaries(lessons_folder())}
    for exercise in exercises:
        at, ids = f"{exercise.folder / 'exercise.toml'}:1", [step.id for step in steps.get(exercise.lesson, ())]
        if exercise.lesson not in steps:
            yield f"{at}: there is no lesson {exercise.lesson!r}, neither in the pack nor among those shipped"
        elif exercise.step and exercise.step not in ids:
            yield f"{at}: the lesson {exercise.lesson!r} has no step {exercise.step!r}; it has {', '.join(ids)}"


def _faults_of_exercises(exercises: list[Exercise]) -> list[str]:
    seconds, faults, at = allowed_seconds(usual=SECONDS), list[str](), exercises[0].folder
    try:
        with time_limit(seconds) as check_time, Checker() as checker:
            for exercise in exercises:
                at = exercise.folder
                try:
                    for fault in faults_of(exercise, checker):
                        faults.append(f"{at / 'exercise.toml'}:1: {fault}")
                        check_time()
                # A stranger's values may fail in any of the steps that draw, run and compare.
                except Exception as error:
                    gone = isinstance(error, RunnerGone)
                    reason = "the process that runs its code ended" if gone else f"it cannot be checked: {error}"
                    faults.append(f"{at / 'exercise.toml'}:1: {reason}")
                check_time()
    except OutOfTime:
        reason = f"the check of the exercises did not finish within {seconds:,g} seconds ({VARIABLE} allows more)"
        faults.append(f"{at / 'exercise.toml'}:1: {reason}")
    return faults
