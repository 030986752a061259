"""``dl-tutor check-exercises``: prove a folder of exercises."""

from __future__ import annotations

import argparse

from tutor.commands.console.printing import answer, tell
from tutor.course.lessons.lesson import LessonError
from tutor.course.packs.manifest import EXERCISES, is_pack
from tutor.practice.checking import Checker
from tutor.practice.loading import exercise_folders, read_exercise
from tutor.practice.packs.exercises import check_limits
from tutor.practice.proof import faults_of
from tutor.resources import exercises_folder


def run(args: argparse.Namespace) -> int:
    """Prove the exercises in ``args.folder``, which may be a pack, or the shipped ones.

    Returns 0 if all hold, 1 if not, 2 for no folder.
    """
    folder = args.folder or exercises_folder()
    if args.folder is not None and is_pack(folder):
        folder = folder / EXERCISES
    folders = exercise_folders(folder)
    if args.folder is not None and (folder / "exercise.toml").is_file():
        folders = [folder]
    if not folder.is_dir() or not folders:
        tell(f"{folder} is not a folder of exercises, or of one exercise.")
        return 2
    count, bugs, ids = 0, 0, dict[str, str]()
    with Checker() as checker:
        for each in folders:
            try:
                exercise = read_exercise(each)
                if is_pack(folder.parent):
                    check_limits(exercise)
            except LessonError as error:
                tell(error)
                count += 1
                continue
            found = list(faults_of(exercise, checker))
            if exercise.id in ids:
                found.append(f"the id {exercise.id!r} is also that of {ids[exercise.id]}")
            ids[exercise.id] = each.name
            for fault in found:
                tell(f"{each.name}: {fault}")
            count += len(found)
            bugs += len(exercise.bugs)
    if count:
        return 1
    exercises = f"{len(folders)} exercise{'' if len(folders) == 1 else 's'}"
    answer(f"{exercises}, {bugs} bugs: all hold")
    return 0
