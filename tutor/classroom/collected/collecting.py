"""Bring what is new in the logs of one machine into the database.

A transaction takes the row of a learner, reads from it how far their log was collected, and writes the events after
that, the sums for the report and the new mark. So nothing is there twice or half, whoever collects at the same time and
wherever the line breaks: what the server did not confirm, it tells by its mark.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import Connection, Engine, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from tutor.classroom.collected.connecting import is_broken_line, sentence
from tutor.classroom.collected.kept import IDENTITY, copied_row, is_kept, kept_details
from tutor.classroom.collected.schema import event, learner, machine, work
from tutor.classroom.collected.works import works_of, write_works
from tutor.classroom.learners import Learner, NoClass
from tutor.classroom.log_reader import Batch, LoggedEvent, Replaced, Unreadable
from tutor.classroom.work import Work
from tutor.course.record.event_log import Event

TRIES = 6
"""How often a learner is begun again after the line broke, with nothing written in between."""
FIRST_PAUSE_SECONDS = 0.5
"""Before the second try; each next pause is twice as long."""
_COPY = "COPY event (learner_id, seq, uuid, session, at, kind, lesson, details) FROM STDIN"
# After a crash of the server the last transactions may be gone, but then their marks are, too.
_NO_WAIT = text("SET LOCAL synchronous_commit = off")


@dataclass
class Collected:
    """What one round brought: how many events are new, and a sentence for each log that cannot be read."""

    events: int = 0
    troubles: list[str] = field(default_factory=list)


@dataclass
class _Following:
    """How far this round is with one learner: its sums are good as long as nobody else moved the mark."""

    mark: tuple[int, int, str] | None = None
    works: dict[str, Work] = field(default_factory=dict)


class Collector:
    """Collects the logs of one machine. With ``typed`` also what learners typed."""

    def __init__(
        self, engine: Engine, machine_name: str, *, typed: bool = False, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._engine, self._machine, self._typed, self._wait = engine, machine_name, typed, wait

    def collect(self, learners: Sequence[Learner]) -> Collected:
        """Collect what is new. Raises ``NoClass`` if the database cannot be used, also after several tries."""
        found = Collected()
        for each in learners:
            try:
                self._learner(each, found)
            except Unreadable as error:
                found.troubles.append(str(error))
        return found

    def _learner(self, each: Learner, found: Collected) -> None:
        failed = 0
        while True:
            before = found.events
            try:
                with self._engine.connect() as connection:
                    following, more = _Following(), True
                    while more:
                        more, new = self._batch(connection, each, following)
                        found.events += new
                return
            except (SQLAlchemyError, psycopg.Error) as error:
                failed = 1 if found.events > before else failed + 1
                if failed == TRIES or not is_broken_line(error):
                    raise NoClass(sentence(error)) from None
            self._engine.dispose()
            self._wait(FIRST_PAUSE_SECONDS * 2 ** (failed - 1))

    def _batch(self, connection: Connection, each: Learner, following: _Following) -> tuple[bool, int]:
        """One transaction: whether there is more, and how many events it brought."""
        with connection.begin():
            connection.execute(_NO_WAIT)
            known, seq, uuid = _taken(connection, self._machine, each.name)
            try:
                batch = each.events(seq, uuid)
            except Replaced:
                # The file is the truth: what came from the other one goes, and this one is read from its beginning.
                _clear(connection, known)
                following.mark = None
                return True, 0
            _check_identity(batch, each)
            if batch.last == seq:
                return False, 0
            if following.mark != (known, seq, uuid):
                following.works = works_of(connection, known)
            kept = [logged for logged in batch.events if is_kept(logged)]
            self._write(connection, known, kept, following.works)
            connection.execute(
                update(learner).where(learner.c.id == known).values(last_seq=batch.last, last_uuid=batch.last_uuid)
            )
            following.mark = None
        following.mark = (known, batch.last, batch.last_uuid)
        return batch.more, len(kept)

    def _write(self, connection: Connection, known: int, kept: list[LoggedEvent], works: dict[str, Work]) -> None:
        rows, lessons = [], set()
        for logged in kept:
            details = kept_details(logged.event.details, self._typed)
            rows.append(copied_row(known, logged, details))
            lesson = logged.event.lesson
            lessons.add(lesson)
            works.setdefault(lesson, Work()).add(Event(logged.event.kind, lesson, details, logged.event.at))
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write("".join(rows))
        write_works(connection, known, works, lessons)


def forget(connection: Connection, machine_name: str, account: str) -> bool:
    """Remove all of one learner; whether there was one."""
    where = machine.c.name == machine_name, learner.c.machine_id == machine.c.id, learner.c.account == account
    known = connection.execute(select(learner.c.id).where(*where).with_for_update(of=learner)).scalar()
    if known is None:
        return False
    _clear(connection, known)
    connection.execute(delete(learner).where(learner.c.id == known))
    return True


def _taken(connection: Connection, machine_name: str, account: str) -> tuple[int, int, str]:
    """The row of a learner, made if there is none, and nobody else's until the transaction ends: id and mark."""
    mine = (
        select(learner.c.id, learner.c.last_seq, learner.c.last_uuid)
        .where(machine.c.name == machine_name, learner.c.machine_id == machine.c.id, learner.c.account == account)
        .with_for_update(of=learner)
    )
    row = connection.execute(mine).one_or_none()
    if row is None:
        connection.execute(insert(machine).values(name=machine_name).on_conflict_do_nothing())
        of = select(machine.c.id).where(machine.c.name == machine_name).scalar_subquery()
        connection.execute(insert(learner).values(machine_id=of, account=account).on_conflict_do_nothing())
        row = connection.execute(mine).one()
    return row[0], row[1], row[2]


def _clear(connection: Connection, known: int) -> None:
    for table in (event, work):
        connection.execute(delete(table).where(table.c.learner_id == known))
    connection.execute(update(learner).where(learner.c.id == known).values(last_seq=0, last_uuid=""))


def _check_identity(batch: Batch, each: Learner) -> None:
    """A mark that the server cannot take, or that is no text at all, would stop the others, too."""
    if batch.last_uuid and not (isinstance(batch.last_uuid, str) and IDENTITY.fullmatch(batch.last_uuid)):
        raise Unreadable(f"{each.file} has an event without an identity of dl-tutor's: number {batch.last}")
