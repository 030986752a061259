"""A class as it is now: the standing of each learner, kept up to date from their logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tutor.classroom.learners import Learner, learners_in
from tutor.classroom.log_reader import FileMark, Replaced, Unreadable, file_mark, read_events
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
    """How far a log was read."""

    tally: StandingTally = field(default_factory=StandingTally)
    seq: int = 0
    uuid: str = ""
    mark: FileMark | None = None
    trouble: str = ""


class LiveClass:
    """Follows the logs of the learners below ``folder``. ``update`` reads what is new since the last time."""

    def __init__(self, folder: Path, find: Callable[[Path], Sequence[Learner]] = learners_in) -> None:
        self._folder, self._find = folder, find
        self._followed: dict[Path, _Followed] = {}
        self._files: dict[str, Path] = {}

    def update(self) -> ClassNow:
        """The class now. Raises ``NoClass``."""
        learners = self._find(self._folder)
        for learner in learners:
            self._read(learner.file, self._followed.setdefault(learner.file, _Followed()))
        self._files = {learner.name: learner.file for learner in learners}
        here = {learner.file: learner.name for learner in learners}
        return ClassNow(
            {name: self._followed[file].tally.standing() for file, name in here.items()},
            tuple(self._followed[file].trouble for file in here if self._followed[file].trouble),
        )

    def file_of(self, name: str) -> Path | None:
        """The log of a learner of the last update."""
        return self._files.get(name)

    def _read(self, file: Path, followed: _Followed) -> None:
        # Before reading: what is written meanwhile changes it once more.
        mark = file_mark(file)
        if mark == followed.mark:
            return
        try:
            while True:
                batch = read_events(file, followed.seq, followed.uuid)
                for logged in batch.events:
                    followed.tally.add(logged.event)
                followed.seq, followed.uuid = batch.last, batch.last_uuid
                if not batch.more:
                    break
        except Replaced:
            # Read at the next update, once each: a file that changes all the time keeps nobody busy.
            self._followed[file] = _Followed()
            return
        except Unreadable as error:
            followed.trouble = str(error)
            return
        followed.trouble, followed.mark = "", mark
