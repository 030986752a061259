"""``dl-tutor practice`` without an action, and ``practice list``: the exercises, on the screen or printed."""

from __future__ import annotations

import argparse

from tutor.commands.console.printing import answer, answer_json, tell
from tutor.course.lessons.lesson import LessonError
from tutor.course.record.progress import Progress, state_folder
from tutor.language.catalogue import _

DONE, WRONG_INPUT = 0, 2


def run(args: argparse.Namespace) -> int:
    """Open the list on the screen; print it for ``list``, ``--plain``, ``--json``, and where there is no terminal."""
    if args.action is None and not args.plain and not args.json:
        from tutor.ui.terminal.requirements import has_ascii_only, why_no_terminal

        if why_no_terminal() is None:
            from tutor.commands.inputs.named_folders import folders_beside_the_shipped
            from tutor.commands.learn import open_screen

            own = folders_beside_the_shipped(args)
            return open_screen(args, own, has_ascii_only(args.ascii), exercises=True)
    return _print_list(args)


def _print_list(args: argparse.Namespace) -> int:
    from tutor.course.packs.installed import pack_folders
    from tutor.practice.catalog import read_exercises
    from tutor.practice.record import PracticeRecord

    try:
        exercises = read_exercises(packs=pack_folders(state_folder(args.state)))
    except LessonError as error:
        tell(error)
        return WRONG_INPUT
    progress = Progress(state_folder(args.state))
    try:
        record = PracticeRecord(progress)
        did = [record.of(exercise.id) for exercise in exercises]
    finally:
        progress.close()
        for notice in progress.notices:
            tell(notice)
    if args.json:
        answer_json(
            [
                {
                    "id": e.id, "title": e.title, "lesson": e.lesson, "minutes": e.minutes, "state": d.state,
                    "tries": d.tries, "hints": d.hints, "bugs_met": list(d.bugs), "forms": list(d.forms),
                }
                for e, d in zip(exercises, did, strict=True)
            ],
            indent=2,
        )  # fmt: skip
        return DONE
    wide = max((len(exercise.id) for exercise in exercises), default=0)
    for number, (exercise, done) in enumerate(zip(exercises, did, strict=True), start=1):
        said = _("{title}, {minutes} minutes: {words}")
        said = said.format(title=exercise.title, minutes=exercise.minutes, words=done.words)
        answer(f"{number:2}  {exercise.id:{wide}}  {said}")
    return DONE
