"""``dl-tutor class``: the instructor's live view of a class."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from tutor.classroom.learners import CLASS_FOLDER, NoClass
from tutor.classroom.live import ClassNow, LiveClass
from tutor.classroom.log_reader import Unreadable
from tutor.classroom.path import path_of
from tutor.classroom.path_text import path_lines
from tutor.classroom.source import all_events, source_of
from tutor.classroom.table import class_json, error_lines, heading, rows_of, span
from tutor.classroom.wording import Wording
from tutor.commands.console.printing import answer, tell
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.words.plain_characters import write_ascii
from tutor.resources import lessons_folder

SETTINGS = Path("/etc/dl-tutor/class.toml")
"""What holds for the class; ``show_answers = true`` lets its instructors see what learners typed."""
WRONG_INPUT = 2
MOST_ERRORS = 20
EVERY_SECONDS = 1.0


def run(args: argparse.Namespace) -> int:
    """Show the class in a folder or a database, on the screen, in lines or as JSON; 2 if there is none."""
    wording = _wording(args)
    try:
        live = LiveClass(source_of(args.folder or CLASS_FOLDER))
        now = None if _is_for_the_screen(args) else live.update()
    except NoClass as error:
        tell(error)
        return WRONG_INPUT
    if now is None:
        return _on_the_screen(args, live, wording)
    if args.learner is not None:
        return _path(args, live, wording)
    if args.json:
        answer(json.dumps(class_json(now, wording, _utc_now(), MOST_ERRORS), ensure_ascii=False, indent=2))
        return 0
    _print(now, wording)
    return _follow(live, wording) if args.follow else 0


def shows_answers(settings: Path = SETTINGS) -> bool:
    """Whether the class says that its instructors may see what learners typed."""
    try:
        return tomllib.loads(settings.read_text(encoding="utf-8")).get("show_answers") is True
    except (OSError, ValueError):
        return False


def _is_for_the_screen(args: argparse.Namespace) -> bool:
    from tutor.ui.terminal.requirements import why_no_terminal

    return not (args.plain or args.json or args.follow or args.learner) and why_no_terminal() is None


def _wording(args: argparse.Namespace) -> Wording:
    from tutor.course.lessons.own_lessons import read_lessons
    from tutor.practice.catalog import read_exercises

    return Wording(read_lessons(lessons_folder(), folders_beside_the_shipped(args)).summaries, read_exercises())


def _print(now: ClassNow, wording: Wording) -> None:
    rows = rows_of(now, wording, _utc_now())
    answer(f"{heading(rows)}.")
    for row in rows:
        stuck = "" if row.stuck is None else f", stuck for {span(row.stuck)} after {row.wrong_here} wrong"
        right = f", right at first {row.right_at_first} of {row.answered}" if row.answered else ""
        answer(f"{row.name}: {row.place}, here for {span(row.here)}{stuck}{right}, last seen {span(row.last)} ago.")
    errors = error_lines(now, wording, MOST_ERRORS)
    if errors:
        answer("\nThe most common errors:")
    for count, where, why in errors:
        answer(f"{count}  {where}: {why}")
    for trouble in now.troubles:
        tell(trouble)


def _follow(live: LiveClass, wording: Wording) -> int:
    """A line whenever a learner comes to another step, is stuck, or is free again; until Ctrl-C."""
    before: dict[str, tuple[str, bool]] = {}
    first = True
    while True:
        try:
            rows = rows_of(live.update(), wording, _utc_now(), "name")
        except NoClass as error:
            tell(error)
            return WRONG_INPUT
        for row in rows:
            state = (row.place, row.stuck is not None)
            if not first and before.get(row.name) != state:
                answer(f"{row.name}: {row.place}{', stuck' if state[1] else ''}", now=True)
            before[row.name] = state
        first = False
        time.sleep(EVERY_SECONDS)


def _path(args: argparse.Namespace, live: LiveClass, wording: Wording) -> int:
    learner = live.learner(args.learner)
    if learner is None:
        tell(f"there is no learner {args.learner!r} here")
        return WRONG_INPUT
    try:
        entries = path_of(all_events(learner), answers=_with_answers(args))
    except (NoClass, Unreadable) as error:
        tell(error)
        return WRONG_INPUT
    if args.json:
        rows = [
            {
                "at": entry.at.isoformat(timespec="seconds"), "lesson": entry.lesson, "step": entry.step,
                "what": entry.what, "cause": None if entry.cause is None else wording.why(entry.cause),
                **({"answer": entry.answer} if entry.answer else {}),
            }
            for entry in entries
        ]  # fmt: skip
        answer(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for _is_heading, line in path_lines(entries, wording, datetime.now().astimezone().tzinfo):
        answer(line)
    return 0


def _with_answers(args: argparse.Namespace) -> bool:
    if args.answers and not shows_answers():
        tell(f"what learners typed stays theirs here: {SETTINGS} has no show_answers = true")
        return False
    return bool(args.answers)


def _on_the_screen(args: argparse.Namespace, live: LiveClass, wording: Wording) -> int:
    from tutor.commands.learn import PAINTS_A_SECOND
    from tutor.ui.terminal.requirements import has_ascii_only

    os.environ.setdefault("TEXTUAL_FPS", PAINTS_A_SECOND)
    if ascii_only := has_ascii_only(args.ascii):
        write_ascii(sys.stdout, sys.stderr)
    from tutor.ui.classroom.face import run_class

    with tempfile.TemporaryDirectory(prefix="dl-tutor-") as folder:
        return run_class(live, wording, Path(folder), ascii_only, _with_answers(args))


def _utc_now() -> datetime:
    return datetime.now(UTC)
