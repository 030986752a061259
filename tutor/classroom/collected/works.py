"""The sums for the report: a row for each learner and lesson, kept in the transaction of the events they are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from tutor.classroom.collected.schema import work
from tutor.classroom.work import Work, tally_from
from tutor.course.words.printable_text import printable

_MICROSECOND = timedelta(microseconds=1)
_KEYS = ("learner_id", "lesson")


def works_of(connection: Connection, learner_id: int) -> dict[str, Work]:
    """The work of one learner by lesson."""
    rows = connection.execute(select(work).where(work.c.learner_id == learner_id))
    return {printable(row.lesson): work_from(row) for row in rows}


def write_works(connection: Connection, learner_id: int, works: Mapping[str, Work], lessons: Iterable[str]) -> None:
    """Write the work of one learner in these lessons."""
    rows = [_row(learner_id, lesson, works[lesson]) for lesson in sorted(lessons)]
    if rows:
        statement = insert(work).values(rows)
        new = {column.name: column for column in statement.excluded if column.name not in _KEYS}
        connection.execute(statement.on_conflict_do_update(index_elements=_KEYS, set_=new))


def work_from(row: Row[Any]) -> Work:
    """A row as the work that goes on from it."""
    spent = row.spent_us * _MICROSECOND
    return Work(tally_from(row.progress), row.tries, row.hints, row.done_right, spent, row.first, row.last)


def _row(learner_id: int, lesson: str, done: Work) -> dict[str, Any]:
    return {
        "learner_id": learner_id, "lesson": lesson, "tries": done.tries, "hints": done.hints, "done_right": done.right,
        "spent_us": done.spent // _MICROSECOND, "first": done.first, "last": done.last, "progress": done.progress(),
    }  # fmt: skip
