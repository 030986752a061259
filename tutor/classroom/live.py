"""A class as it is now: the standing of each learner, kept up to date from their events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path

from tutor.classroom.log_reader import Replaced, Unreadable
from tutor.classroom.source import ClassSource, LearnerEvents, source_of
from tutor.classroom.standing import Cause, Standing, StandingTally


@dataclass(frozen=True)
class ClassNow:
    """The standings by learner, and a sentence for each log that cannot be read."""

    standings: dict[str, Standing]
    troubles: tuple[str, ...] = ()

    def commonest_errors(self, most: int) -> list[tuple[Cause, int, int]]:
        """The causes that most learners have: each with how many learners, and how often in all."""
        learners: Counter[Cause] = Counter()
        times: Counter[Cause] = Counter()
        for standing in self.standings.values():
            learners.update(standing.errors.keys())
            times.update(standing.errors)
        order = sorted(learners, key=lambda cause: (-learners[cause], -times[cause], cause))
        return [(cause, learners[cause], times[cause]) for cause in order[:most]]


@dataclass
class _Followed:
    """How far the events of a learner were read."""

    tally: StandingTally = field(default_factory=StandingTally)
    seq: int = 0
    uuid: str = ""
    mark: Hashable = None
    trouble: str = ""


class LiveClass:
    """Follows the learners below a folder, or those of a source. ``update`` reads what is new."""

    def __init__(self, source: Path | ClassSource) -> None:
        self._source = source_of(source) if isinstance(source, Path) else source
        self._followed: dict[Hashable, _Followed] = {}
        self._learners: dict[str, LearnerEvents] = {}

    def update(self) -> ClassNow:
        """The class now. Raises ``NoClass``."""
        learners = self._source()
        for learner in learners:
            self._read(learner, self._followed.setdefault(learner.key, _Followed()))
        self._learners = {learner.name: learner for learner in learners}
        here = {learner.key: learner.name for learner in learners}
        return ClassNow(
            {name: self._followed[key].tally.standing() for key, name in here.items()},
            tuple(self._followed[key].trouble for key in here if self._followed[key].trouble),
        )

    def learner(self, name: str) -> LearnerEvents | None:
        """A learner of the last update."""
        return self._learners.get(name)

    def _read(self, learner: LearnerEvents, followed: _Followed) -> None:
        # Before reading: what is written meanwhile changes it once more.
        mark = learner.mark()
        if mark == followed.mark:
            return
        try:
            while True:
                batch = learner.events(followed.seq, followed.uuid)
                for logged in batch.events:
                    followed.tally.add(logged.event)
                followed.seq, followed.uuid = batch.last, batch.last_uuid
                if not batch.more:
                    break
        except Replaced:
            # Read at the next update, once each: a file that changes all the time keeps nobody busy.
            self._followed[learner.key] = _Followed()
            return
        except Unreadable as error:
            followed.trouble = str(error)
            return
        followed.trouble, followed.mark = "", mark
