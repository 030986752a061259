"""``dl-tutor practice``: exercises to write, and verdicts on what was written."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tutor.commands.console.printing import answer, answer_json, tell
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.packs.installed import pack_folders
from tutor.course.record.progress import Progress, state_folder
from tutor.language.catalogue import N_, _
from tutor.practice.catalog import UnknownExercise, exercise_of_file, find_exercise, read_exercises
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.failures import UNPROTECTED, gone_verdict
from tutor.practice.forms import Form, FormName, form_of, numbered_lines, point_at, unchanged_verdict
from tutor.practice.permission import QUESTION, Permission
from tutor.practice.record import PracticeRecord
from tutor.practice.report import own_version, own_version_headings, verdict_lines, verdict_values
from tutor.practice.runner.client import RunnerGone
from tutor.practice.start_file import CannotWrite, write_start
from tutor.practice.verdict import Verdict

RIGHT, NOT_RIGHT, UNREADABLE = 0, 1, 2
LOOK_EVERY_SECONDS = 0.2
UNASKED = N_(
    "With --unprotected your own code runs all the same. In a terminal you are asked once, and the answer is kept."
)


def run(args: argparse.Namespace) -> int:
    """Run ``args.action``. Returns 0 done or right, 1 not right, 2 for a wrong name or a file that cannot be read."""
    try:
        exercises = read_exercises(packs=pack_folders(state_folder(args.state)))
        if args.exercise is None:
            exercise = exercise_of_file(args.file, exercises)
        else:
            exercise = find_exercise(args.exercise, exercises)
    except (LessonError, UnknownExercise) as error:
        tell(error)
        return UNREADABLE
    progress = Progress(state_folder(args.state))
    try:
        record = PracticeRecord(progress)
        name: FormName = getattr(args, "form", "write")
        missing = getattr(args, "missing", None) or record.of(exercise.id).missing
        form = form_of(exercise, name, missing=missing, bug=progress.learner if name == "find" else 0)
        return _ACTIONS[args.action](args, Practice(exercise, form, record, Permission(progress)))
    finally:
        progress.close()
        for notice in progress.notices:
            tell(notice)


@dataclass(frozen=True)
class Practice:
    """An exercise in one of its forms, and what the learner did with it."""

    exercise: Exercise
    form: Form
    record: PracticeRecord
    permission: Permission


def _start(args: argparse.Namespace, practice: Practice) -> int:
    exercise, form = practice.exercise, practice.form
    if args.missing is not None and form.name != "complete":
        tell(_("--missing belongs to --form complete"))
        return UNREADABLE
    written = (practice.record.draft(exercise.id) if form.name == "write" else None) or form.source
    answer(exercise.task.strip())
    if form.task:
        answer(f"\n{form.task}")
    if args.out is None:
        lines = numbered_lines(written) if form.name == "find" else [written.rstrip()]
        answer("\n" + "\n".join(lines))
    if form.name == "find":
        answer(_("\nWhich line is it? dl-tutor practice point {id} LINE").format(id=exercise.id))
    if args.out is None:
        return RIGHT
    try:
        write_start(args.out, written)
    except CannotWrite as error:
        tell(error)
        return UNREADABLE
    option = f" --form {form.name}" if form.name != "write" else ""
    answer(
        _("\nWrite in {out}, then: dl-tutor practice check {id} {out}{option}").format(
            out=args.out, id=exercise.id, option=option
        )
    )
    return RIGHT


def _point(args: argparse.Namespace, practice: Practice) -> int:
    """Say whether the bug is in that line of the file that ``start --form find`` gives."""
    found, said = point_at(practice.form, args.line)
    answer(_("{said} Mend it, then check.").format(said=said) if found else said)
    return RIGHT if found else NOT_RIGHT


def _check(args: argparse.Namespace, practice: Practice) -> int:
    try:
        source = read_text_file(args.file)
    except TextFileError as error:
        tell(f"{args.file}: {error}")
        return UNREADABLE
    unprotected = _permitted(args, practice)
    with _Checking(unprotected) as checking:
        verdict, seconds = _verdict(checking, practice, source)
    if args.json:
        answer_json(verdict_values(practice.exercise, verdict, seconds))
    else:
        _print(practice, verdict)
    return RIGHT if verdict.word == "right" else NOT_RIGHT


def _watch(args: argparse.Namespace, practice: Practice) -> int:
    """Check at every save, until it is right or Ctrl-C."""
    answer(
        _("Watching {file} for {title}; Ctrl-C ends it.").format(file=args.file, title=practice.exercise.title),
        now=True,
    )
    seen: str | None = None
    with _Checking(_permitted(args, practice)) as checking:
        checking.warm(practice.exercise)
        while True:
            try:
                source = read_text_file(args.file)
            except TextFileError as error:
                if seen is None:
                    tell(f"{args.file}: {error}")
                    return UNREADABLE
                source = seen
            if source != seen:
                seen = source
                verdict, __ = _verdict(checking, practice, source)
                answer(f"\n{time.strftime('%H:%M:%S')}")
                _print(practice, verdict)
                if verdict.word == "right":
                    return RIGHT
            time.sleep(LOOK_EVERY_SECONDS)


def _hint(__: argparse.Namespace, practice: Practice) -> int:
    exercise, record = practice.exercise, practice.record
    done = record.of(exercise.id)
    if done.hints >= len(exercise.hints):
        answer(
            _("There is no further hint. dl-tutor practice solution {id} shows one that is right.").format(
                id=exercise.id
            )
        )
    elif not done.may_have_hint:
        answer(_("Try once more first; then there is a hint."))
        return NOT_RIGHT
    else:
        record.save(exercise.id, done.after_hint())
        answer(exercise.hints[done.hints])
        if done.hints + 1 < len(exercise.hints):
            answer(_("After one more check there is a further hint."))
    return RIGHT


def _solution(_: argparse.Namespace, practice: Practice) -> int:
    practice.record.saw_solution(practice.exercise.id)
    answer(practice.exercise.solution.rstrip())
    return RIGHT


_Action = Callable[[argparse.Namespace, Practice], int]
_ACTIONS: Mapping[str, _Action] = {
    "start": _start, "point": _point, "check": _check, "watch": _watch, "hint": _hint, "solution": _solution,
}  # fmt: skip


class _Checking:
    """A checker that is started when it is needed, and anew where its process ended. Use ``with``."""

    def __init__(self, unprotected: bool) -> None:
        self._unprotected = unprotected
        self._checker: Checker | None = None

    def warm(self, exercise: Exercise) -> None:
        """Make ready for checks of this exercise. If that fails, a check says so."""
        with contextlib.suppress(RunnerGone):
            self._started().bank(exercise)

    def verdict(self, exercise: Exercise, source: str) -> Verdict:
        """The verdict on this code; a sentence if the process is gone."""
        try:
            return self._started().check(exercise, source)
        except RunnerGone as error:
            self._end()
            return gone_verdict(error)

    def _started(self) -> Checker:
        if self._checker is None:
            self._checker = Checker(self._unprotected)
        return self._checker

    def _end(self) -> None:
        checker, self._checker = self._checker, None
        if checker is not None:
            checker.close()

    def __enter__(self) -> _Checking:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


def _permitted(args: argparse.Namespace, practice: Practice) -> bool:
    """Whether code may run without protection: by the option, or by the answer, for which a terminal is asked once."""
    permission = practice.permission
    if args.unprotected:
        permission.forget()
        return True
    if permission.must_ask and not getattr(args, "json", False) and sys.stdin is not None and sys.stdin.isatty():
        tell(_(QUESTION) + _(" (yes or no)"))
        said = sys.stdin.readline().strip().lower()
        if said in ("yes", "y", "no", "n"):
            permission.answer(said[0] == "y")
    return permission.is_given


def _verdict(checking: _Checking, practice: Practice, source: str) -> tuple[Verdict, float]:
    """The verdict, and the seconds that it took. What is written is kept, and the check counted if it ran."""
    exercise, form, record = practice.exercise, practice.form, practice.record
    if (same := unchanged_verdict(form, source)) is not None:
        return same, 0.0
    began = time.monotonic()
    verdict = checking.verdict(exercise, source)
    if form.name == "write":
        record.keep_draft(exercise.id, source)
    record.checked(exercise.id, verdict, form.name)
    return verdict, time.monotonic() - began


def _print(practice: Practice, verdict: Verdict) -> None:
    lines = verdict_lines(practice.exercise, verdict)
    if verdict.say == _(UNPROTECTED):
        lines.append(_(UNASKED) if practice.permission.must_ask else practice.permission.refusal)
    if verdict.word == "right":
        pieces = own_version(practice.exercise)
        for heading, piece in zip(own_version_headings(pieces), pieces, strict=True):
            lines += ["", heading, "", *piece.source.splitlines()]
    for line in lines:
        answer(line, now=True)
