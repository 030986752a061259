"""``dl-tutor homework FILE``: do it on the plain face; ``homework check FILE``: prove it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tutor.commands.console.printing import answer, tell
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.homework.assignment import Assignment
from tutor.course.homework.homework import Homework
from tutor.course.homework.loading import read_homework
from tutor.course.homework.proof import prove
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.own_lessons import pack_folders_of, read_lessons
from tutor.course.words.printable_text import printable
from tutor.practice.catalog import read_exercises
from tutor.resources import lessons_folder

DID_NOT_HOLD, WRONG_INPUT = 1, 2


def run(args: argparse.Namespace) -> int:
    """Open the homework, or prove it: 0 done, 1 it does not hold, 2 it cannot be read."""
    match args.targets:
        case ["check", file]:
            checked = True
        case [file]:
            checked = False
        case _:
            tell("expected FILE, or check FILE")
            return WRONG_INPUT
    try:
        lessons = read_lessons(lessons_folder(), folders_beside_the_shipped(args)).summaries
        exercises = {each.id for each in read_exercises(packs=pack_folders_of(lessons))}
        homework = read_homework(Path(file), lessons, exercises)
    except LessonError as error:
        tell(error)
        return WRONG_INPUT
    return _prove(homework, lessons, args.names) if checked else _do(args, homework)


def _do(args: argparse.Namespace, homework: Homework) -> int:
    name = args.name or account_name()
    if not name or printable(name) != name:
        tell("this machine has no name for your account: say it with --name")
        return WRONG_INPUT
    from tutor.course.record.progress import state_folder
    from tutor.plain import face
    from tutor.plain.interrupts import leaving_in_good_order
    from tutor.practice.checking import Checker
    from tutor.practice.runner.starting import start_directly
    from tutor.training.worker.process import WORKER_LOG
    from tutor.training.worker.run import Workshop

    log = state_folder(args.state) / WORKER_LOG
    with leaving_in_good_order() as interrupts, Workshop(log, None) as workshop:
        return face.run(
            None,
            None,
            args.state,
            stdin=sys.stdin,
            stdout=sys.stdout,
            own_lessons=folders_beside_the_shipped(args),
            start_run=workshop.start_headless,
            start_program=workshop.start_program,
            interrupts=interrupts,
            make_checker=partial(Checker, start=start_directly),
            homework=Assignment(homework, name),
        )


def account_name() -> str:
    """The name of this process's account, from the system and not from a variable; empty if it has none."""
    try:
        import os
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return ""


def _prove(homework: Homework, lessons: Sequence[LessonSummary], count: int) -> int:
    names = [f"learner-{number}" for number in range(1, count + 1)]
    answer(f"{homework.title} ({homework.id}): due {homework.due}, late answers count {100 * homework.late:g} %.")
    faults, same, shared, pairs = 0, 0.0, 0, 0
    for question in prove(homework, {lesson.id: lesson for lesson in lessons}, names):
        for fault in question.faults[:1]:
            faults += 1
            more = f" (and {len(question.faults) - 1} more)" if len(question.faults) > 1 else ""
            tell(f"{question.name}: {fault}{more}")
        if question.same_for_all:
            same += question.weight
            answer(f"  {question.name}: everybody has the same answer. Leave this step out ({question.weight:.1f} %).")
            continue
        shared, pairs = shared + question.shared[0], pairs + question.shared[1]
        answer(f"  {question.name}: {question.shared[0]} of {question.shared[1]} pairs share the answer.")
    if pairs:
        answer(f"Of {count} names, {100 * shared / pairs:.1f} % of the pairs share an answer whose numbers are drawn.")
    if same:
        answer(f"{same:.1f} % of the homework has the same answer for all.")
    exercises = sum(item.weight for item in homework.items if item.kind == "exercise")
    if exercises:
        answer(f"{exercises:g} % are exercises: the same for all, and the log's verdict is believed.")
    return DID_NOT_HOLD if faults else 0
