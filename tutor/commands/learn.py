"""``dl-tutor`` and ``dl-tutor learn``: start a face."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.commands.console.printing import tell
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.words.plain_characters import write_ascii
from tutor.resources import lessons_folder

if TYPE_CHECKING:
    from tutor.labs.kit.given_network import GivenNetwork
    from tutor.practice.runner.starting import RunnerStarter
    from tutor.training.worker.launcher import WorkerStarter

# Textual's maximum frame rate; a key right after a paint may wait for two frames. At Textual's default of 60 that alone
# takes the 33 ms within which a key must be on the screen. Textual reads it when it is imported.
PAINTS_A_SECOND = "120"
WRONG_INPUT = 2
NETWORKS = (".net", ".keras")
"""How the names of files with networks end: such a name in place of a lesson is one."""


def run(given: argparse.Namespace) -> int:
    """Open the full-screen face, or the plain face if the terminal does not support it."""
    lesson: str | None = given.lesson
    step = network = None
    if lesson is not None and given.net is None and lesson.lower().endswith(NETWORKS):
        given.net, lesson = Path(lesson), None
    if given.net is not None:
        if given.restricted:
            tell("with --restricted no network is brought along: start without it")
            return WRONG_INPUT
        from tutor.commands.inputs.given_network import NoSuchNetwork, network_and_lesson

        try:
            network, lesson = network_and_lesson(given.net, lesson)
        except NoSuchNetwork as error:
            tell(error)
            return WRONG_INPUT
    start_worker = start_runner = None
    own = folders_beside_the_shipped(given)
    if given.restricted:
        if sys.platform != "linux":
            tell("--restricted is for a class machine and works only on Linux")
            return WRONG_INPUT
        # The restricted interpreter starts in another folder.
        if relative := [folder for folder in own if not folder.is_absolute()]:
            tell(f"with --restricted a folder of lessons is named by its whole path; got {relative[0]}")
            return WRONG_INPUT
        from tutor.commands.restricted import enter_restriction

        launcher = enter_restriction(given.state, own, given.lesson)
        start_worker, start_runner = launcher, launcher.start_runner
    if lesson is not None:
        from tutor.course.lessons.lesson_path import NotALesson, parse_lesson_path

        try:
            asked = parse_lesson_path(lesson, lambda name: _is_known(name, own))
        except NotALesson as error:
            tell(error)
            return WRONG_INPUT
        lesson, step = asked.lesson, asked.step
        own = own if asked.folder is None else (*own, asked.folder)
    from tutor.ui.terminal.requirements import has_ascii_only, why_no_terminal

    reason = why_no_terminal()
    if ascii_only := has_ascii_only(given.ascii):
        write_ascii(sys.stdout, sys.stderr)
    if given.plain or reason is not None:
        from tutor.course.record.progress import state_folder
        from tutor.plain import face
        from tutor.plain.interrupts import leaving_in_good_order
        from tutor.practice.checking import Checker
        from tutor.practice.runner.starting import start_directly
        from tutor.training.worker.process import WORKER_LOG
        from tutor.training.worker.run import Workshop

        if reason is not None and not given.plain:
            tell(f"{reason[0].upper()}{reason[1:]}. Going on in plain text.")
        log = state_folder(given.state) / WORKER_LOG
        with leaving_in_good_order() as interrupts, Workshop(log, start_worker) as workshop:
            return face.run(
                lesson,
                step,
                given.state,
                stdin=sys.stdin,
                stdout=sys.stdout,
                own_lessons=own,
                start_run=workshop.start_headless,
                start_program=workshop.start_program,
                interrupts=interrupts,
                make_checker=partial(Checker, start=start_runner or start_directly),
                restricted=given.restricted,
                network=network,
            )
    return open_screen(given, own, ascii_only, lesson, step, start_worker, start_runner, network=network)


def open_screen(
    given: argparse.Namespace,
    own: Sequence[Path],
    ascii_only: bool,
    lesson: str | None = None,
    step: str | None = None,
    start_worker: WorkerStarter | None = None,
    start_runner: RunnerStarter | None = None,
    *,
    exercises: bool = False,
    network: GivenNetwork | None = None,
) -> int:
    """Run the full-screen face, at a lesson, with a network for its lab, or at the list of exercises."""
    os.environ.setdefault("TEXTUAL_FPS", PAINTS_A_SECOND)
    from tutor.ui import face as screen_face
    from tutor.ui.terminal.characters import Characters
    from tutor.ui.terminal.requirements import is_console

    characters = Characters.ASCII if ascii_only else Characters.CONSOLE if is_console() else Characters.ALL
    return screen_face.run(
        given.state,
        lesson,
        step,
        start_worker,
        given.restricted,
        characters,
        own,
        given.still,
        start_runner,
        exercises=exercises,
        network=network,
    )


def _is_known(name: str, own: Sequence[Path]) -> bool:
    """Whether it is the id or number of a lesson. Faults in the shipped lessons are reported by the list."""
    from tutor.course.lessons.finding import UnknownLesson, find_lesson
    from tutor.course.lessons.lesson import LessonError
    from tutor.course.lessons.own_lessons import read_lessons

    try:
        find_lesson(name, read_lessons(lessons_folder(), own).summaries)
    except (UnknownLesson, LessonError):
        return False
    return True
