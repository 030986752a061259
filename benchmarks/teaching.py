"""How the lessons answer simulated learners, and the exercises simulated programs: what is named, who is told falsely,
which questions and hints teach too little. A table for each.

``DL_TUTOR_TAUGHT`` names lessons and exercises to measure, by their ids; without it all shipped ones. What is found is
printed before the table, a line each. The assumptions, and what this cannot say, are in docs/teaching.md.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks import teaching_exercises
from benchmarks.report import Figure, print_figures
from tutor.course.lessons.loader import lesson_folders, load_lesson
from tutor.course.teaching.measured import Taught, taught
from tutor.course.teaching.rules import FIXED, NO_PROBLEM_FIRST, REPEATS, TELLS
from tutor.resources import lessons_folder

ONLY = "DL_TUTOR_TAUGHT"


def run() -> bool:
    only = os.environ.get(ONLY, "").split()
    # Both tables, even if the first one missed its targets.
    reached = [lessons(only), teaching_exercises.exercises(only)]
    return all(reached)


def lessons(only: Sequence[str]) -> bool:
    """Print the table of the lessons with these ids, or of all if none is named; true if it reaches its targets."""
    folders = [folder for folder in lesson_folders(lessons_folder()) if not only or load_lesson(folder).id in only]
    if not folders:
        return True
    total = Taught()
    with ProcessPoolExecutor() as processes:
        for folder, one in zip(folders, processes.map(_of_lesson, folders), strict=True):
            for sentence in (*one.told_wrong, *one.falsely_named):
                print(f"{folder.name}: {sentence}")
            total += one
    return print_figures(
        f"teaching, {len(folders)} lessons, {total.questions} questions", _figures(total, len(folders))
    )


def _of_lesson(folder: Path) -> Taught:
    return taught(load_lesson(folder))


def _figures(total: Taught, lessons: int) -> list[Figure]:
    def share(what: str, part: int, whole: int, at_least: float | None = None) -> Figure:
        return Figure(f"{what} ({part:,} of {whole:,})", 100 * part / max(whole, 1), " %", at_least)

    return [
        share("generic slips that are named", total.slips_named, total.slips, 60),
        share("numbers of the question typed as its answer that are named", total.given_named, total.given, 90),
        share("wrong choices with their reason", total.choices_named, total.wrong_choices, 100),
        share("declared wrong answers that get their reason", total.declared_named, total.declared, 100),
        Figure(
            f"right reasoners told that they are wrong (of {total.right_reasoners:,})", len(total.told_wrong), at_most=0
        ),
        Figure("right reasoners who rounded, told a false cause", len(total.falsely_named), at_most=0),
        share("pairs of wrong rules of a question that no visit tells apart", total.pairs_alike, total.pairs),
        share("wrong rules identified within a lesson", total.rules_identified, total.rules_held),
        Figure(
            "questions until a rule is identified, mean",
            total.questions_until_identified / max(total.rules_identified, 1),
        ),
        Figure("questions with one answer at every visit", total.findings[FIXED], at_most=0),
        Figure("hints that give the answer before the last", total.findings[TELLS], at_most=0),
        Figure("first hints that repeat the text", total.findings[REPEATS], at_most=0),
        share(
            "lessons with a step that poses its problem first", lessons - total.findings[NO_PROBLEM_FIRST], lessons, 100
        ),
    ]
