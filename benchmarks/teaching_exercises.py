"""How the exercises answer simulated programs: declared bugs, generic slips, and programs that are right.

What is found is printed before the table, a line each. ``benchmarks.teaching`` runs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.report import Figure, print_figures
from tutor.practice.checking import Checker
from tutor.practice.loading import exercise_folders, read_exercise
from tutor.practice.runner.client import Runner
from tutor.practice.teaching.measured import MORE, ExercisesTaught, exercise_taught
from tutor.resources import exercises_folder

PROCESSES = 2


def exercises(only: Sequence[str]) -> bool:
    """Print the table of the exercises with these ids, or of all if none is named; true if it reaches its targets."""
    folders = [
        folder for folder in exercise_folders(exercises_folder()) if not only or read_exercise(folder).id in only
    ]
    if not folders:
        return True
    total = ExercisesTaught()
    with ProcessPoolExecutor(PROCESSES) as processes:
        for folder, one in zip(folders, processes.map(_of_exercise, folders), strict=True):
            for sentence in (*one.told_wrong, *one.unnamed_bugs, *one.told_right, *one.pairs_alike):
                print(f"{folder.name}: {sentence}", flush=True)
            total += one
    return print_figures(f"teaching, {total.exercises} exercises, {total.declared} bugs", _figures(total))


def _of_exercise(folder: Path) -> ExercisesTaught:
    with Checker() as checker, Runner() as runner:
        return exercise_taught(read_exercise(folder), checker, runner)


def _figures(total: ExercisesTaught) -> list[Figure]:
    def share(what: str, part: int, whole: int, at_least: float | None = None) -> Figure:
        return Figure(f"{what} ({part:,} of {whole:,})", 100 * part / max(whole, 1), " %", at_least)

    return [
        share("declared bugs that get their own reason", total.declared_named, total.declared, 100),
        share("generic slips that are found wrong", total.slips_found, total.slips, 100),
        Figure("generic slips that do what the solution does, and are none", total.slips_alike),
        share(
            "wrong slips told more than a result that differs", sum(total.said[each] for each in MORE),
            total.slips_found, 60,
        ),
        share("… as a known bug", total.said["bug"], total.slips_found),
        share("… how all numbers relate to the right ones", total.said["relation"], total.slips_found),
        share("… another shape, kind or count", total.said["form"], total.slips_found),
        share("… the line and the error that stop it", total.said["failure"], total.slips_found),
        share("… the first wrong variable on the way", total.said["step"], total.slips_found),
        share("wrong slips told the first wrong number of the result alone", total.said["number"], total.slips_found),
        Figure(
            f"right programs told that they are wrong (of {total.right_programs:,})", len(total.told_wrong), at_most=0
        ),
        Figure(f"pairs of bugs that no case tells apart (of {total.pairs:,})", len(total.pairs_alike), at_most=0),
        Figure("hints that give a line of code before the last", total.hints["tells"], at_most=0),
        Figure("first hints that repeat the task", total.hints["repeats"], at_most=0),
    ]  # fmt: skip
