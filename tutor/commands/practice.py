"""``dl-tutor practice``: exercises to write, and verdicts on what was written."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping

from tutor.commands.console.printing import answer, answer_json, tell
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.record.progress import Progress, state_folder
from tutor.practice.catalog import UnknownExercise, find_exercise, read_exercises
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.record import PracticeRecord
from tutor.practice.report import verdict_lines, verdict_values
from tutor.practice.runner.client import RunnerGone
from tutor.practice.verdict import Verdict

RIGHT, NOT_RIGHT, UNREADABLE = 0, 1, 2
LOOK_EVERY_SECONDS = 0.2


def run(args: argparse.Namespace) -> int:
    """Run ``args.action``. Returns 0 done or right, 1 not right, 2 for a wrong name or a file that cannot be read."""
    try:
        exercises = read_exercises()
        exercise = find_exercise(args.exercise, exercises) if hasattr(args, "exercise") else None
    except (LessonError, UnknownExercise) as error:
        tell(error)
        return UNREADABLE
    progress = Progress(state_folder(args.state))
    try:
        record = PracticeRecord(progress)
        if exercise is None:
            return _list(exercises, record, args.json)
        return _ACTIONS[args.action](args, exercise, record)
    finally:
        progress.close()
        for notice in progress.notices:
            tell(notice)


def _list(exercises: list[Exercise], record: PracticeRecord, as_json: bool) -> int:
    did = [record.of(exercise.id) for exercise in exercises]
    if as_json:
        answer_json(
            [
                {
                    "id": e.id, "title": e.title, "lesson": e.lesson, "minutes": e.minutes, "state": d.state,
                    "tries": d.tries, "hints": d.hints, "bugs_met": list(d.bugs),
                }
                for e, d in zip(exercises, did, strict=True)
            ],
            indent=2,
        )  # fmt: skip
        return RIGHT
    wide = max((len(exercise.id) for exercise in exercises), default=0)
    for number, (exercise, done) in enumerate(zip(exercises, did, strict=True), start=1):
        answer(f"{number:2}  {exercise.id:{wide}}  {exercise.title}, {exercise.minutes} minutes: {done.state}")
    return RIGHT


def _start(args: argparse.Namespace, exercise: Exercise, record: PracticeRecord) -> int:
    written = record.draft(exercise.id) or exercise.start
    answer(exercise.task.strip())
    if args.out is None:
        answer(f"\n{written.rstrip()}")
        return RIGHT
    try:
        with args.out.open("x", encoding="utf-8") as file:
            file.write(written)
    except OSError as error:
        there = isinstance(error, FileExistsError)
        tell(f"{args.out} is there already; choose another name." if there else f"{args.out}: {error.strerror}")
        return UNREADABLE
    answer(f"\nWrite in {args.out}, then: dl-tutor practice check {exercise.id} {args.out}")
    return RIGHT


def _check(args: argparse.Namespace, exercise: Exercise, record: PracticeRecord) -> int:
    try:
        source = read_text_file(args.file)
    except TextFileError as error:
        tell(f"{args.file}: {error}")
        return UNREADABLE
    with Checker(args.unprotected) as checker:
        verdict, seconds = _verdict(checker, exercise, source)
    _keep(record, exercise, source, verdict)
    if args.json:
        answer_json(verdict_values(exercise, verdict, seconds))
    else:
        _print(exercise, verdict)
    return RIGHT if verdict.word == "right" else NOT_RIGHT


def _watch(args: argparse.Namespace, exercise: Exercise, record: PracticeRecord) -> int:
    """Check at every save, until it is right or Ctrl-C."""
    answer(f"Watching {args.file}; Ctrl-C ends it.", now=True)
    seen: str | None = None
    with Checker(args.unprotected) as checker:
        checker.bank(exercise)
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
                verdict, _ = _verdict(checker, exercise, source)
                _keep(record, exercise, source, verdict)
                answer(f"\n{time.strftime('%H:%M:%S')}")
                _print(exercise, verdict)
                if verdict.word == "right":
                    return RIGHT
            time.sleep(LOOK_EVERY_SECONDS)


def _hint(_: argparse.Namespace, exercise: Exercise, record: PracticeRecord) -> int:
    done = record.of(exercise.id)
    if done.hints >= len(exercise.hints):
        answer(f"There is no further hint. dl-tutor practice solution {exercise.id} shows one that is right.")
    elif not done.may_have_hint:
        answer("Try once more first; then there is a hint.")
        return NOT_RIGHT
    else:
        record.save(exercise.id, done.after_hint())
        answer(exercise.hints[done.hints])
    return RIGHT


def _solution(_: argparse.Namespace, exercise: Exercise, record: PracticeRecord) -> int:
    record.saw_solution(exercise.id)
    answer(exercise.solution.rstrip())
    return RIGHT


_Action = Callable[[argparse.Namespace, Exercise, PracticeRecord], int]
_ACTIONS: Mapping[str, _Action] = {
    "start": _start, "check": _check, "watch": _watch, "hint": _hint, "solution": _solution,
}  # fmt: skip


def _verdict(checker: Checker, exercise: Exercise, source: str) -> tuple[Verdict, float]:
    began = time.monotonic()
    try:
        verdict = checker.check(exercise, source)
    except RunnerGone as error:
        verdict = Verdict("error", f"The process that runs your code ended: {error}. Check again.")
    return verdict, time.monotonic() - began


def _keep(record: PracticeRecord, exercise: Exercise, source: str, verdict: Verdict) -> None:
    record.keep_draft(exercise.id, source)
    record.checked(exercise.id, verdict)


def _print(exercise: Exercise, verdict: Verdict) -> None:
    for line in verdict_lines(exercise, verdict):
        answer(line, now=True)
