"""``dl-tutor check-lessons``: check a folder of lessons."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.commands.console.printing import answer, tell
from tutor.commands.inputs.named_folders import named_lesson_folders
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.own_lessons import ids_taken
from tutor.course.packs.manifest import LESSONS, is_pack, read_pack
from tutor.resources import lessons_folder, own_lesson_folders

if TYPE_CHECKING:
    from tutor.course.lessons.check import Checked


def run(args: argparse.Namespace) -> int:
    """Check ``args.folder``, lessons or a pack, or the shipped lessons and those of ``--lessons``.

    Returns 0 if there are no faults, 1 if there are, 2 if there is no such folder. With ``args.teaching`` it checks too
    what a question that teaches keeps to.

    A valid lesson cannot be opened if a shipped lesson, or one in a folder of ``--lessons``, has the same id; a
    sentence on standard error says so.
    """
    own = own_lesson_folders(named_lesson_folders(args))
    folders: tuple[Path, ...] = (lessons_folder(), *own) if args.folder is None else (args.folder,)
    for folder in folders:
        if not folder.is_dir():
            tell(f"{folder} is not a folder. Give a folder of lessons, or one lesson's folder.")
            return 2
    every = [_checked(folder) for folder in folders]
    faults = [fault for checked in every for fault in checked.faults]
    if args.teaching and not faults:
        from tutor.course.teaching.report import teaching_faults

        faults = [fault for folder in folders for fault in teaching_faults(_lessons_of(folder))]
    for fault in dict.fromkeys((*faults, *_taken(tuple(each for each in (*own, *folders) if not _is_in_a_pack(each))))):
        tell(fault)
    if faults:
        return 1
    counts = (
        (sum(checked.lessons for checked in every), "lesson"),
        (sum(checked.steps for checked in every), "step"),
        (sum(checked.questions for checked in every), "question"),
        (sum(checked.goals for checked in every), "goal"),
    )
    answer(", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts) + ": all hold")
    return 0


def _is_in_a_pack(folder: Path) -> bool:
    """Whether it is within a pack, where a lesson may have the id of a shipped one."""
    around = folder.absolute().parent
    return is_pack(around) or is_pack(around.parent)


def _lessons_of(folder: Path) -> Path:
    return folder / LESSONS if is_pack(folder) else folder


def _checked(folder: Path) -> Checked:
    from tutor.course.lessons.check import Checked, check_lessons
    from tutor.course.packs.check import check_pack_lessons

    if not is_pack(folder):
        return check_lessons(folder)
    try:
        return check_pack_lessons(read_pack(folder))
    except LessonError as error:
        return Checked(0, 0, 0, (str(error),))


def _taken(folders: tuple[Path, ...]) -> list[str]:
    """The ids that two lessons have, or the fault for which the shipped lessons cannot be read."""
    try:
        return list(map(str, ids_taken(folders, lessons_folder())))
    except LessonError as error:
        return [str(error)]
