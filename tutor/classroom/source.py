"""Where the events of a class come from: a folder of states, or a database that they were collected in."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from tutor.classroom.database_address import DatabaseAddress
from tutor.classroom.learners import learners_in
from tutor.classroom.log_reader import Batch, LoggedEvent


class LearnerEvents(Protocol):
    """A learner, and how to come to their events."""

    @property
    def name(self) -> str:
        """Fit for a terminal, and another for each learner of the class."""

    @property
    def key(self) -> Hashable:
        """What tells them from all others, whatever they are called."""

    def now(self) -> LearnerEvents:
        """The same learner as they are now."""

    def mark(self) -> Hashable:
        """As long as it stays, there is nothing new."""

    def events(self, after: int = 0, after_uuid: str = "") -> Batch:
        """Their events after that one, oldest first. Raises ``Replaced`` and ``Unreadable``."""


class ClassSource(Protocol):
    """Finds the learners of a class, by name. Raises ``NoClass``."""

    def __call__(self) -> Sequence[LearnerEvents]:
        """The learners now."""


def source_of(place: Path | DatabaseAddress) -> ClassSource:
    """The source for a folder or a database. Raises ``NoClass`` if what a database needs is not installed."""
    if isinstance(place, DatabaseAddress):
        from tutor.classroom.collected import collected_class

        return collected_class(place)
    return partial(learners_in, place)


def all_events(learner: LearnerEvents) -> Iterator[LoggedEvent]:
    """All events of a learner, in batches. Raises ``Unreadable``."""
    after, more = 0, True
    while more:
        batch = learner.events(after)
        yield from batch.events
        after, more = batch.last, batch.more
