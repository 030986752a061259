"""How the exercises answer simulated programs: which bugs are named, what is said of any other slip.

``DL_TUTOR_TAUGHT`` names lessons whose exercises are measured, by their ids; without it all shipped ones. The
assumptions, and what this cannot say, are in docs/teaching.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path

from benchmarks.program_slips import slips
from benchmarks.report import Figure, print_figures
from tutor.practice.bank import Behaviour, same_behaviour
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.loading import exercise_folders, read_exercise
from tutor.practice.proof import telling_hints
from tutor.practice.verdict import Verdict
from tutor.resources import exercises_folder

PROCESSES = 2
"""Each has a process beside it that runs the programs."""
SEED = 2026
"""Of the fresh inputs, as many for each program as a learner's gets."""


@dataclass(frozen=True)
class Answered:
    """Counts over programs: how many there were of each kind, and how many were answered so."""

    bugs: int = 0
    bugs_named: int = 0
    pairs: int = 0
    pairs_alike: int = 0
    slips: int = 0
    harmless: int = 0
    seen: int = 0
    named: int = 0
    shown: int = 0
    right: int = 0
    told_wrong: int = 0
    telling_hints: int = 0

    def __add__(self, other: Answered) -> Answered:
        return Answered(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def answered(exercise: Exercise, checker: Checker) -> Answered:
    """What is said of the exercise's bugs, of its solutions with one slip each, and of its solutions."""
    singles = [each for each in checker.bank(exercise).behaviours if len(each.bugs) == 1]
    bugs = [checker.check(exercise, bug.applied(exercise.solution) or "", SEED) for bug in exercise.bugs]
    rights = [checker.check(exercise, source, SEED) for source in (exercise.solution, exercise.another)]
    slipped = [checker.check(exercise, slip.source, SEED) for slip in slips(exercise.solution)]
    wrong = [verdict for verdict in slipped if verdict.word != "right"]
    return Answered(
        bugs=len(bugs),
        bugs_named=sum(verdict.bugs == (bug.id,) for verdict, bug in zip(bugs, exercise.bugs, strict=True)),
        pairs=len(singles) * (len(singles) - 1) // 2,
        pairs_alike=_alike(singles, exercise.tolerance),
        slips=len(slipped),
        harmless=len(slipped) - len(wrong),
        seen=len(wrong),
        named=sum(map(_names_the_cause, wrong)),
        shown=sum(
            verdict.where is not None or verdict.line is not None or _names_the_cause(verdict) for verdict in wrong
        ),
        right=len(rights),
        told_wrong=sum(verdict.word != "right" for verdict in rights),
        telling_hints=len(list(telling_hints(exercise))),
    )


def _alike(singles: Sequence[Behaviour], tolerance: float) -> int:
    return sum(
        same_behaviour(one.calls, other.calls, tolerance) for i, one in enumerate(singles) for other in singles[:i]
    )


def _names_the_cause(verdict: Verdict) -> bool:
    """Whether it says more than that something differs: a known bug, how the numbers relate, why it did not run."""
    return bool(verdict.bugs) or verdict.word == "error" or (verdict.where is not None and bool(verdict.where.like))


def _of_folder(folder: Path) -> Answered:
    with Checker() as checker:
        return answered(read_exercise(folder), checker)


def run(only: Sequence[str] = ()) -> bool:
    folders = [
        folder for folder in exercise_folders(exercises_folder()) if not only or read_exercise(folder).lesson in only
    ]
    with ProcessPoolExecutor(min(PROCESSES, os.cpu_count() or 1)) as processes:
        total = sum(processes.map(_of_folder, folders), start=Answered())
    return print_figures(f"teaching, {len(folders)} exercises", _figures(total))


def _figures(total: Answered) -> list[Figure]:
    def share(what: str, part: int, whole: int, at_least: float | None = None) -> Figure:
        return Figure(f"{what} ({part:,} of {whole:,})", 100 * part / max(whole, 1), " %", at_least)

    return [
        share("declared bugs that get their own reason", total.bugs_named, total.bugs, 100),
        share("pairs of declared bugs that no input tells apart", total.pairs_alike, total.pairs),
        share("programs with one slip that are right all the same", total.harmless, total.slips),
        share("wrong ones whose cause is named", total.named, total.seen),
        share("wrong ones of which at least the first wrong number or line is shown", total.shown, total.seen),
        Figure(f"right programs told that they are wrong (of {total.right})", total.told_wrong, at_most=0),
        Figure("hints that give code before the last, or repeat the task", total.telling_hints, at_most=0),
    ]  # fmt: skip
