"""``dl-tutor report``: a row for each learner and lesson or exercise."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

from tutor.classroom.collected import collected_class
from tutor.classroom.database_address import DatabaseAddress
from tutor.classroom.learners import CLASS_FOLDER, NoClass, learners_in
from tutor.classroom.log_reader import Unreadable, read_all
from tutor.classroom.report import Report, ReportRow
from tutor.classroom.report_text import report_csv, report_json
from tutor.commands.console.printing import answer, tell
from tutor.commands.grading.homework_report import report_homework
from tutor.commands.inputs.named_folders import folders_beside_the_shipped
from tutor.course.lessons.own_lessons import read_lessons
from tutor.practice.catalog import read_exercises
from tutor.resources import lessons_folder

WRONG_INPUT, NOT_ALL = 2, 1
NO_SINCE = "--since does not go with --homework: what counts stands in the homework"
NOT_COLLECTED = "a homework is graded on the folder of the states: the database does not have what was typed"


def run(args: argparse.Namespace) -> int:
    """Print the report on the class: 0 printed, 1 without the logs that cannot be read, 2 none."""
    place = args.folder or CLASS_FOLDER
    if args.homework is not None and (args.since is not None or isinstance(place, DatabaseAddress)):
        tell(NO_SINCE if args.since is not None else NOT_COLLECTED)
        return WRONG_INPUT
    try:
        if args.homework is not None:
            return report_homework(args, learners_in(place))
        since = None if args.since is None else _day(args.since)
        lessons = read_lessons(lessons_folder(), folders_beside_the_shipped(args)).summaries
        report = Report(lessons, read_exercises())
        rows, troubles = _rows(report, place, since)
    except (NoClass, ValueError) as error:
        tell(error)
        return WRONG_INPUT
    if args.json:
        answer(json.dumps(report_json(rows), ensure_ascii=False, indent=2))
    elif args.csv is not None:
        answer(report_csv(rows, args.csv).replace("\r\n", "\n").rstrip("\n"))
    else:
        for line in _table(rows):
            answer(line)
    for trouble in troubles:
        tell(trouble)
    return NOT_ALL if troubles else 0


def _rows(
    report: Report, place: Path | DatabaseAddress, since: datetime | None
) -> tuple[list[ReportRow], list[Unreadable]]:
    """The rows, and what cannot be read. Raises ``NoClass``."""
    rows: list[ReportRow] = []
    troubles: list[Unreadable] = []
    if isinstance(place, DatabaseAddress):
        collected = collected_class(place)
        if since is None:
            for name, works in collected.works():
                rows += report.rows_of(name, works)
        else:
            for name, events in collected.events_since(since):
                rows += report.rows(name, events)
        return rows, troubles
    for learner in learners_in(place):
        try:
            rows += report.rows(learner.name, (logged.event for logged in read_all(learner.file)), since)
        except Unreadable as error:
            troubles.append(error)
    return rows, troubles


def _day(text: str) -> datetime:
    """The beginning of a day, in this machine's time. Raises ``ValueError`` with a sentence."""
    try:
        return datetime.combine(date.fromisoformat(text), time()).astimezone()
    except ValueError:
        raise ValueError(f"{text!r} is no day; write it as in 2026-12-20") from None


def _table(rows: Sequence[ReportRow]) -> list[str]:
    if not rows:
        return ["Nobody did anything yet."]
    head = ("learner", "lesson or exercise", "done", "steps", "right at first", "later", "goals", "hints", "min", "%")
    cells = [head]
    for row in rows:
        lesson = row.kind == "lesson"
        cells.append((
            row.learner, row.title if lesson else f"exercise: {row.title}", "yes" if row.done else "",
            f"{row.steps_seen}/{row.steps}" if lesson else "",
            f"{row.right_at_first}/{row.questions}" if lesson else "",
            str(row.right_later) if lesson else "", f"{row.goals_reached}/{row.goals}" if row.goals else "",
            str(row.hints), f"{row.minutes:.0f}", f"{row.percent:.0f}",
        ))  # fmt: skip
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    return ["  ".join(text.ljust(width) if at < 2 else text.rjust(width)
                      for at, (text, width) in enumerate(zip(row, widths, strict=True))).rstrip()
            for row in cells]  # fmt: skip
