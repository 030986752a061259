"""What a learner has done and where they were. Written as it happens."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.event_log import Event, EventLog
from tutor.course.record.review import Review, planned, review_after
from tutor.course.record.standing import WARM_UP, Standing, Tally
from tutor.course.record.writer_thread import ThreadedEventLog

if TYPE_CHECKING:
    # NumPy comes with it, and the home screen opens without.
    from tutor.labs.kit.contract import LabState

STATE_VARIABLE = "DL_TUTOR_STATE"
# Visits to lessons draw their numbers from the learner's seed and those right above it.
_FIRST_WARM_UP_SEED = 1_000_000
LEARNER = "learner"
"""The setting that holds the learner's seed."""
_LEARNERS = 1 << 48


def state_folder(given: Path | None = None) -> Path:
    """Where progress is kept: ``given``, else $DL_TUTOR_STATE, else the platform's folder for a user's data."""
    if given is not None:
        return given.expanduser()
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("dl-tutor", appauthor=False)


def local_now() -> datetime:
    """This moment, in the machine's time zone."""
    return datetime.now().astimezone()


class Progress:
    """One learner's progress in ``folder``; a ``Journal`` for lesson sessions. ``clock`` says what time it is.

    ``in_thread`` writes in a thread of its own: for a screen that must not wait for a disk. Otherwise what is recorded
    is on the disk when ``record`` returns, or ``trouble`` says why not. ``learner`` is the seed that this learner's
    numbers are drawn from, for whoever needs the same numbers each time; without it a random one is made once and kept.

    Nothing here raises for a folder or file that cannot be used: progress then goes on in memory. ``notices`` holds
    sentences for the learner; a face shows them, and may empty the list.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime] = local_now,
        in_thread: bool = False,
        learner: int | None = None,
    ) -> None:
        self.folder = folder
        self._learner = learner
        self.now = clock
        self.notices: list[str] = []
        self._log: EventLog | ThreadedEventLog
        if in_thread:
            self._log = ThreadedEventLog(folder, self.notices, clock)
        else:
            self._log = EventLog(folder, self.notices, clock)
        self._tallies: dict[str, Tally] = {}
        self._reviews: dict[str, Review] = {}
        self._warm_up_events = 0
        self._last_place: tuple[str, int] | None = None

    @property
    def trouble(self) -> str:
        """Why nothing can be saved now; empty while all is saved."""
        return self._log.trouble

    @property
    def file(self) -> Path:
        """The file that progress is kept in."""
        return self._log.file

    @property
    def journal_mode(self) -> str:
        """SQLite's journal mode for the file; empty while it is not open."""
        return self._log.journal_mode

    @property
    def unsaved(self) -> int:
        """How much of what was recorded is not on the disk yet: nothing is saved but when this is 0."""
        return self._log.unsaved

    def flush(self, timeout: float) -> bool:
        """Wait so many seconds for all to be on the disk; whether it is."""
        return self._log.flush(timeout) if isinstance(self._log, ThreadedEventLog) else self._log.unsaved == 0

    def hear(self, heard: Callable[[], None]) -> None:
        """Have this called, from any thread, when ``unsaved`` or ``trouble`` may have changed."""
        if isinstance(self._log, ThreadedEventLog):
            self._log.heard = heard

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Note an event of this lesson."""
        self._catch_up(wait=False)
        self._add(self._log.append(kind, lesson, details))

    def standing(self, lesson: str) -> Standing:
        """How far the learner is with this lesson, in all sessions together."""
        return self.standings().get(lesson, Standing())

    def standings(self) -> dict[str, Standing]:
        """How far the learner is, for every lesson that was ever opened."""
        self._catch_up()
        return {lesson: tally.standing() for lesson, tally in list(self._tallies.items())}

    def reviews(self, lessons: Iterable[LessonSummary]) -> dict[str, Review]:
        """When each of the lessons is to be asked about again, by lesson id; none for those that are not done."""
        standings = self.standings()
        return planned(self._reviews, standings, lessons)

    @property
    def learner(self) -> int:
        """The seed of this learner's numbers. Two learners have different ones, so neither can copy the other's."""
        if self._learner is None:
            kept = self.setting(LEARNER)
            if kept is not None and kept.isdecimal() and len(kept) <= len(str(_LEARNERS)):
                self._learner = int(kept)
            else:
                self._learner = secrets.randbelow(_LEARNERS)
                self.set_setting(LEARNER, str(self._learner))
        return self._learner

    def visit_seed(self, lesson: str) -> int:
        """A seed for the numbers of the next visit to this lesson: another one for each visit."""
        return self.learner + self.standing(lesson).visits

    def warm_up_seed(self) -> int:
        """A seed for the numbers of the next warm-up question: another one after each event of a warm-up."""
        self._catch_up()
        return self.learner + _FIRST_WARM_UP_SEED + self._warm_up_events

    def last_place(self) -> tuple[str, int] | None:
        """The lesson and the position of the step opened last of all."""
        self._catch_up()
        return self._last_place

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Keep the lab's state for the next visit."""
        from tutor.training.saved.packing import pack

        self._log.keep_lab(lesson, pack(state.values, state.arrays))

    def load_lab(self, lesson: str) -> LabState | None:
        """The lab's state as it was kept; None if there is none, or if it is damaged, which a notice then says."""
        return self._unpacked(lesson, self._log.kept_lab)

    def other_labs(self, lesson: str) -> int:
        """How many more labs of this lesson are kept, of sessions that had it open at the same time."""
        return self._log.other_labs(lesson)

    def take_other_lab(self, lesson: str) -> LabState | None:
        """Go on from the newest of those others; what this session made stays beside it. None if there is none."""
        return self._unpacked(lesson, self._log.take_other_lab)

    def _unpacked(self, lesson: str, read: Callable[[str], bytes | None]) -> LabState | None:
        from tutor.labs.kit.contract import LabState
        from tutor.training.saved.packing import unpack

        try:
            packed = read(lesson)
            return None if packed is None else LabState(*unpack(packed))
        except ValueError as error:
            self.notices.append(f"what was kept of the lab of {lesson} is damaged and left out: {error}.")
            return None

    def setting(self, name: str) -> str | None:
        """A setting of the learner's, or None if it was never made."""
        return self._log.kept_setting(name)

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting."""
        self._log.keep_setting(name, value)

    def try_again(self) -> None:
        """Write what could not be saved before; a log with a thread of its own does so by itself."""
        if isinstance(self._log, EventLog):
            self._log.try_again()

    def close(self) -> None:
        """Let go of the file; what could not be saved so far is tried once more."""
        self._log.close()

    def _catch_up(self, wait: bool = True) -> None:
        for event in self._log.new_events(wait):
            self._add(event)

    def _add(self, event: Event) -> None:
        self._tallies.setdefault(event.lesson, Tally()).add(event)
        review = review_after(self._reviews.get(event.lesson), event)
        if review is not None:
            self._reviews[event.lesson] = review
        self._warm_up_events += event.kind.startswith(WARM_UP)
        details: dict[str, Any] = dict(event.details)
        if event.kind == "step" and isinstance(position := details.get("position"), int):
            self._last_place = (event.lesson, position)
