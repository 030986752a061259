"""Run a walk-through script headless, up to its end or the first line that fails."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tutor.backends.availability import why_no_tensorflow
from tutor.course.commands import Command, apply
from tutor.course.lessons.finding import CannotOpen, UnknownLesson, find_lesson, open_lesson
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.loader import read_summary
from tutor.course.lessons.own_lessons import read_lessons, read_tolerantly
from tutor.course.lessons.time_limit import USUAL_SECONDS, VARIABLE, NoSuchLimit, OutOfTime, allowed_seconds, time_limit
from tutor.course.packs.manifest import is_pack
from tutor.course.questions.checking import Verdict
from tutor.course.session import LessonSession
from tutor.language.chosen import ENGLISH, choose, speaking
from tutor.resources import lessons_folder, own_lesson_folders
from tutor.scripting.expectations import Mismatch, check
from tutor.scripting.script import (
    ExpectationFailed,
    ExpectTensorFlow,
    Open,
    Script,
    ScriptError,
    Statement,
    WaitFor,
    WaitTrained,
)
from tutor.scripting.waiting import Timeout, wait
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter, start_inline
from tutor.training.worker.run import Workshop

_MOVES = {"next", "back", "step", "again"}


@dataclass(frozen=True)
class Outcome:
    """The result of a script that succeeded: how many of its lines checked something.

    ``passed_over`` counts the lines skipped because TensorFlow is not installed; ``why`` is the sentence about it.
    """

    script: Script
    expectations: int
    passed_over: int = 0
    why: str = ""


@dataclass
class _Walk:
    session: LessonSession | None = None
    verdict: Verdict | None = None
    no_tensorflow: str = ""
    passed_over: int = 0


@dataclass(frozen=True)
class Settings:
    """How to run a script: the engine, the timeout of ``wait``, the output of ``show`` and ``why``, and folders of own
    lessons in addition to those named by the environment.

    Without ``start_run`` the NumPy engine trains inline, within the line that presses train, and TensorFlow trains in
    a worker process, for which ``wait`` waits. ``seconds`` limits the whole run; the default is from the environment.
    Without ``start_program`` and without TensorFlow, lines that need TensorFlow are skipped.
    """

    start_run: RunStarter | None = None
    start_program: ProgramStarter | None = None
    timeout: Timeout = field(default_factory=Timeout)
    say: Callable[[str], None] = print
    own_lessons: tuple[Path, ...] = ()
    seconds: float | None = None


def run_script(script: Script, settings: Settings | None = None) -> Outcome:
    """Run every line.

    Raises ``ExpectationFailed`` at the first line that fails or runs when time is up, ``ScriptError`` if a lesson that
    the script opens does not exist or cannot be used.
    """
    settings = settings or Settings()
    try:
        settings = replace(settings, seconds=settings.seconds or allowed_seconds())
    except NoSuchLimit as error:
        raise ScriptError(script.file, 1, str(error)) from None
    with Workshop() as workshop:
        start_run, start_program = settings.start_run or workshop.start_headless, settings.start_program
        no_tensorflow = "" if start_program else why_no_tensorflow()
        start_program = start_program or workshop.start_program
        return _run(script, replace(settings, start_run=start_run, start_program=start_program), no_tensorflow)


def _run(script: Script, settings: Settings, no_tensorflow: str) -> Outcome:
    walk = _Walk(no_tensorflow=no_tensorflow)
    expectations = 0
    seconds, statement = settings.seconds or USUAL_SECONDS, script.statements[0]
    try:
        # A script names its language: what it expects to be said is not the learner's choice.
        with speaking(ENGLISH), time_limit(seconds) as check_time:
            for statement in script.statements:
                check_time()
                mismatch = _do(statement, script.file, walk, settings)
                if mismatch is not None:
                    raise ExpectationFailed(script.file, statement.line, mismatch.expected, mismatch.got)
                expectations += statement.text.lower().startswith("expect ")
    except OutOfTime:
        expected = f"the script to end within {seconds:,g} seconds ({VARIABLE} allows more)"
        raise ExpectationFailed(script.file, statement.line, expected, f"no end of {statement.text!r}") from None
    finally:
        if walk.session is not None:
            walk.session.lab.close()
    return Outcome(script, expectations - walk.passed_over, walk.passed_over, no_tensorflow if walk.passed_over else "")


def _do(statement: Statement, file: Path, walk: _Walk, settings: Settings) -> Mismatch | None:
    action = statement.action
    if isinstance(action, Open):
        if walk.session is not None:
            walk.session.lab.close()
        choose(action.language)
        walk.session, walk.verdict = _opened(action, file, statement.line, settings), None
        return None
    assert walk.session is not None, "a script begins with open, as the parser ensures"
    if walk.no_tensorflow and isinstance(action, ExpectTensorFlow):
        walk.passed_over += 1
        return None
    if walk.no_tensorflow and isinstance(action, Command) and action.word == "tensorflow":
        settings.say(walk.no_tensorflow)
        return None
    if isinstance(action, WaitTrained | WaitFor | Command):
        if isinstance(action, Command):
            mismatch = _command(action, statement.text, walk, walk.session, settings)
        else:
            mismatch = wait(action, walk.session.lab, settings.timeout)
        walk.session.goals.look(walk.session.step)
        return mismatch
    return check(action, walk.session, walk.verdict)


def _command(action: Command, text: str, walk: _Walk, session: LessonSession, settings: Settings) -> Mismatch | None:
    session.lab.poll()
    reply = apply(action, session)
    if not reply.ok:
        return Mismatch(f"{text!r} to be possible", " ".join(reply.lines))
    if action.word in _MOVES:
        walk.verdict = None
    if reply.verdict is not None:
        walk.verdict = reply.verdict
    if action.word in ("show", "why", "steps", "tensorflow", "code"):
        for line in reply.lines:
            settings.say(line)
    return None


def _opened(action: Open, file: Path, line: int, settings: Settings) -> LessonSession:
    try:
        found = _lesson(action.lesson, file, settings.own_lessons)
        return open_lesson(
            found,
            action.step,
            start_run=settings.start_run or start_inline,
            start_program=settings.start_program,
            seed=action.seed,
        )
    except (UnknownLesson, CannotOpen, LessonError) as error:
        raise ScriptError(file, line, str(error)) from error


def _lesson(name: str, file: Path, own: tuple[Path, ...]) -> LessonSummary:
    """The lesson of that name near the script, in the own folders, or among the shipped lessons.

    Near the script means: the lesson whose folder contains it, then lessons in its folder, then in the folder above,
    then in the pack around that.
    """
    here = file.parent
    if (here / "lesson.toml").is_file():
        with contextlib.suppress(UnknownLesson):
            return find_lesson(name, (read_summary(here),))
    faults: list[LessonError] = []
    for folder in (here, here.absolute().parent):
        with contextlib.suppress(UnknownLesson):
            return find_lesson(name, read_tolerantly(folder, faults))
    around = here.absolute().parent.parent
    own = (*own_lesson_folders(own), *((around,) if is_pack(around) else ()))
    available = read_lessons(lessons_folder(), own)
    shipped = tuple(lesson for lesson in available.summaries if lesson.collection is None)
    with contextlib.suppress(UnknownLesson):
        return find_lesson(name, available.summaries[len(shipped) :])
    try:
        return find_lesson(name, available.summaries)
    except UnknownLesson as error:
        unread = dict.fromkeys(map(str, (*faults, *available.faults)))
        raise UnknownLesson("; ".join((str(error), *unread))) from error
