"""The class in the database as a source: its learners with their events, and the sums for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from tutor.classroom.collected.connecting import told
from tutor.classroom.collected.schema import check_version, event, learner, machine, work
from tutor.classroom.collected.works import work_from
from tutor.classroom.learners import NoClass, learner_name
from tutor.classroom.log_reader import AT_ONCE, Batch, LoggedEvent, Replaced, Unreadable, filtered
from tutor.classroom.work import Work
from tutor.course.record.event_log import Event
from tutor.course.words.printable_text import printable

_EVENT = event.c.seq, event.c.uuid, event.c.session, event.c.kind, event.c.lesson, event.c.details, event.c.at


@dataclass(frozen=True)
class CollectedLearner:
    """A learner of a machine: ``key`` is their number in the database, ``last`` their mark when they were looked up."""

    name: str
    key: int
    last: tuple[int, str]
    engine: Engine = field(repr=False, compare=False)

    def now(self) -> CollectedLearner:
        """The same learner as they are now. Raises ``NoClass``."""
        with told(), self.engine.connect() as connection:
            mark = select(learner.c.last_seq, learner.c.last_uuid).where(learner.c.id == self.key)
            row = connection.execute(mark).one_or_none()
        if row is None:
            raise NoClass(f"{self.name} was removed from the database")
        return CollectedLearner(self.name, self.key, (row[0], row[1]), self.engine)

    def mark(self) -> tuple[int, str]:
        """As long as it stays, there is nothing new."""
        return self.last

    def events(self, after: int = 0, after_uuid: str = "") -> Batch:
        """Their events after that one, oldest first. Raises ``Replaced`` and ``Unreadable``."""
        mine = event.c.learner_id == self.key
        try:
            with told(), self.engine.connect() as connection:
                if after_uuid:
                    there = select(event.c.uuid).where(mine, event.c.seq == after)
                    if (found := connection.execute(there).scalar()) is None or found.hex != after_uuid:
                        raise Replaced
                query = select(*_EVENT).where(mine, event.c.seq > after).order_by(event.c.seq).limit(AT_ONCE)
                events = tuple(_logged(tuple(row)) for row in connection.execute(query))
        except NoClass as error:
            raise Unreadable(str(error)) from None
        last, last_uuid = (events[-1].seq, events[-1].uuid) if events else (after, after_uuid)
        return Batch(events, last, last_uuid, len(events) == AT_ONCE)


class CollectedClass:
    """The learners of all machines, by name; with their machine where two are called the same."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self) -> Sequence[CollectedLearner]:
        """The learners now. Raises ``NoClass``."""
        query = select(
            learner.c.id, learner.c.account, machine.c.name.label("machine"), learner.c.last_seq, learner.c.last_uuid
        ).join_from(learner, machine)
        with told(), self._engine.connect() as connection:
            check_version(connection)
            rows = connection.execute(query).all()
        if not rows:
            raise NoClass("the database has no learner: nothing was collected yet")
        called = Counter(row.account for row in rows)
        rows = sorted(rows, key=lambda row: (row.account, row.machine))
        names = [learner_name(row.account if called[row.account] == 1 else f"{row.account} ({row.machine})")
                 for row in rows]  # fmt: skip
        return tuple(
            CollectedLearner(name, row.id, (row.last_seq, row.last_uuid), self._engine)
            for name, row in zip(names, rows, strict=True)
        )

    def works(self) -> Iterator[tuple[str, dict[str, Work]]]:
        """The work of each learner by lesson, from the sums. Raises ``NoClass``."""
        learners = self()
        found: dict[int, dict[str, Work]] = {each.key: {} for each in learners}
        with told(), self._engine.connect() as connection:
            for row in connection.execute(select(work)):
                if row.learner_id in found:
                    found[row.learner_id][printable(row.lesson)] = work_from(row)
        for each in learners:
            yield each.name, found[each.key]

    def events_since(self, since: datetime) -> Iterator[tuple[str, list[Event]]]:
        """The events of each learner from that time on. Raises ``NoClass``."""
        for each in self():
            query = select(*_EVENT).where(event.c.learner_id == each.key, event.c.at >= since).order_by(event.c.seq)
            with told(), self._engine.connect() as connection:
                events = [_logged(tuple(row)).event for row in connection.execute(query)]
            yield each.name, events


def _logged(row: Sequence[Any]) -> LoggedEvent:
    seq, uuid, session, kind, lesson, details, at = row
    return LoggedEvent(
        seq,
        uuid.hex,
        printable(session),
        Event(printable(kind), printable(lesson), filtered(details), at),
    )
