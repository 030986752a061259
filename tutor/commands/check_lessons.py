"""``dl-tutor check-lessons``: prove a folder of lessons."""

from __future__ import annotations

import argparse
from pathlib import Path

from tutor.commands.printing import answer, tell
from tutor.resources import lessons_folder


def run(args: argparse.Namespace) -> int:
    """Check ``args.folder``, or the lessons that ship: 0 all hold, 1 there are faults, 2 there is no such folder."""
    folder: Path = args.folder if args.folder is not None else lessons_folder()
    if not folder.is_dir():
        tell(f"{folder} is no folder. Give a folder of lessons, or one lesson's folder.")
        return 2
    from tutor.course.check import check_lessons

    checked = check_lessons(folder)
    if checked.faults:
        for fault in checked.faults:
            tell(fault)
        return 1
    counts = (
        (checked.lessons, "lesson"),
        (checked.steps, "step"),
        (checked.questions, "question"),
        (checked.goals, "goal"),
    )
    answer(", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts) + ": all hold")
    return 0
