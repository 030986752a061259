"""A class of 200 learners with 20,000 events each: collected into PostgreSQL, and reported from there.

The server is the one that ``DL_TUTOR_POSTGRESQL`` names, in whose database the tables of dl-tutor are made anew, or a
cluster of its own, where there is PostgreSQL.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.report import Figure, print_figures
from tests.postgresql import cluster, why_no_postgresql
from tutor.cli import main
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.event_file import SCHEMA
from tutor.course.record.event_log import FILE_NAME
from tutor.course.record.event_salvage import row_crc
from tutor.resources import lessons_folder

ENVIRONMENT = "DL_TUTOR_POSTGRESQL"
LEARNERS, EVENTS = 200, 20_000
BEGINS = datetime(2026, 2, 2, 8, tzinfo=UTC)
COLLECTED_SECONDS, REPORT_SECONDS = 60, 2


def run() -> bool:
    given = os.environ.get(ENVIRONMENT)
    if given is None and (why := why_no_postgresql()) is not None:
        print(f"collecting is not measured: {why}, and {ENVIRONMENT} is not set", file=sys.stderr)
        return True
    with tempfile.TemporaryDirectory(prefix="dl-tutor-") as name, _server(given) as url:
        folder = Path(name)
        lessons = read_summaries(lessons_folder())
        for number in range(LEARNERS):
            write_log(folder / f"learner-{number:03}", lessons, random.Random(number))
        collected, _ = _timed("collect", str(folder), "--to", url, "--machine", "benchmark")
        again, said = _timed("collect", str(folder), "--to", url, "--machine", "benchmark")
        assert said.startswith("0 new events"), said
        report, of_database = _timed("report", url, "--json")
        since, _ = _timed("report", url, "--json", "--since", (BEGINS + timedelta(days=7)).date().isoformat())
        of_folder, expected = _timed("report", str(folder), "--json")
        assert of_database == expected, "the report of the database is not that of the folder"
    return print_figures(
        f"Many machines in one PostgreSQL: {LEARNERS} learners, {EVENTS:,} events each",
        [
            Figure("collected", collected, " s", at_most=COLLECTED_SECONDS),
            Figure("collected again, nothing new", again, " s"),
            Figure("report from the database", report, " s", at_most=REPORT_SECONDS),
            Figure("report from the database, since a week after the first day", since, " s"),
            Figure("report from the folder", of_folder, " s"),
        ],
    )


def write_log(folder: Path, lessons: Sequence[LessonSummary], chance: random.Random) -> None:
    """The log of a learner who goes through the course again and again, some days a week."""
    folder.mkdir()
    at, rows = BEGINS, []
    session, details = f"{chance.getrandbits(64):016x}", _details(lessons, chance)
    for seq in range(1, EVENTS + 1):
        kind, lesson, body = next(details)
        at += timedelta(seconds=chance.choice((2, 5, 9, 20, 40)), milliseconds=chance.randrange(1000))
        if chance.random() < 0.005:
            at += timedelta(hours=chance.randrange(1, 8))
        row = (seq, f"{chance.getrandbits(128):032x}", session, at.isoformat(), kind, lesson, json.dumps(body))
        rows.append((*row, row_crc(*row)))
    with closing(sqlite3.connect(folder / FILE_NAME)) as log:
        log.execute("PRAGMA synchronous = OFF")
        for statement in SCHEMA:
            log.execute(statement)
        log.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?)", rows)
        log.commit()


def _details(lessons: Sequence[LessonSummary], chance: random.Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    while True:
        for lesson in lessons:
            yield "visit", lesson.id, {}
            for position, step in enumerate(lesson.outline):
                yield "step", lesson.id, {"step": step.id, "position": position}
                for question in range(step.questions):
                    asked = {"step": step.id, "question": question}
                    attempt, right = 1, chance.random() < 0.6
                    while not right:
                        answer = {**asked, "correct": False, "text": f"{chance.uniform(-9, 9):.2f}", "attempt": attempt}
                        yield "answer", lesson.id, {**answer, "slip": chance.choice(("sign", "rounded", "off by one"))}
                        if chance.random() < 0.3:
                            yield "hint", lesson.id, {**asked, "hint": 1}
                        attempt, right = attempt + 1, chance.random() < 0.6
                    numbers = {name: [round(chance.uniform(-2, 2), 2) for _ in range(3)] for name in ("x", "w")}
                    typed = f"{chance.uniform(-9, 9):.2f}"
                    reply = {"text": typed, "shown": typed, "asked": "x · w + b", "said": "", "numbers": numbers}
                    yield "answer", lesson.id, {**asked, "correct": True, "attempt": attempt, **reply}
                for goal in range(step.goals):
                    yield "goal", lesson.id, {"step": step.id, "goal": goal}
            yield "done", lesson.id, {}


def _timed(*arguments: str) -> tuple[float, str]:
    """Seconds of a command in this process, and what it printed."""
    said = io.StringIO()
    began = time.perf_counter()
    with contextlib.redirect_stdout(said):
        status = main(arguments)
    seconds = time.perf_counter() - began
    assert status == 0, (arguments[0], status)
    return seconds, said.getvalue()


@contextlib.contextmanager
def _server(given: str | None) -> Iterator[str]:
    if given is None:
        with cluster() as url:
            yield url
        return
    from tutor.classroom.collected.connecting import engine_for
    from tutor.classroom.collected.schema import metadata
    from tutor.classroom.database_address import DatabaseAddress

    engine = engine_for(DatabaseAddress(given))
    metadata.drop_all(engine)
    try:
        yield given
    finally:
        metadata.drop_all(engine)
