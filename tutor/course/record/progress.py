"""A learner's progress: what they did and where they were, saved as it happens."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.event_log import Event, EventLog
from tutor.course.record.lesson_progress import WARM_UP, LessonProgress, Tally
from tutor.course.record.memory import Memory
from tutor.course.record.review import Review, reviews
from tutor.course.record.review_items import Item, memory_after, rating_of
from tutor.course.record.writer_thread import ThreadedEventLog
from tutor.language.catalogue import _

if TYPE_CHECKING:
    # This imports NumPy, which the home screen does not need.
    from tutor.labs.kit.contract import LabState

STATE_VARIABLE = "DL_TUTOR_STATE"
# Visits to lessons draw their numbers from the learner's seed and the seeds right above it.
_FIRST_WARM_UP_SEED = 1_000_000
LEARNER = "learner"
"""The setting that holds the learner's seed."""
_LEARNERS = 1 << 48


def state_folder(given: Path | None = None) -> Path:
    """The folder for progress: ``given``, else $DL_TUTOR_STATE, else the platform's folder for user data."""
    if given is not None:
        return given.expanduser()
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("dl-tutor", appauthor=False)


def local_now() -> datetime:
    """The current time, in the machine's time zone."""
    return datetime.now().astimezone()


class Progress:
    """One learner's progress in ``folder``; a ``Journal`` for lesson sessions. ``clock`` gives the time.

    ``in_thread`` writes in a separate thread, for a screen that must not wait for a disk. Otherwise an event is on the
    disk when ``record`` returns, or ``trouble`` says why not. ``learner`` is the seed of this learner's numbers, for
    reproducible numbers; by default a random one is made once and saved.

    Never raises for a folder or file that cannot be used: progress then stays in memory. ``notices`` holds sentences
    for the learner; a face shows them and may clear the list.
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
        self._memories: dict[Item, Memory] = {}
        self._warmed_up: dict[Item, datetime] = {}
        self._warm_up_events = 0
        self._last_place: tuple[str, int] | None = None

    @property
    def trouble(self) -> str:
        """Why nothing can be saved now; empty if saving works."""
        return self._log.trouble

    @property
    def file(self) -> Path:
        """The path of the progress file."""
        return self._log.file

    @property
    def journal_mode(self) -> str:
        """SQLite's journal mode for the file; empty while it is not open."""
        return self._log.journal_mode

    @property
    def unsaved(self) -> int:
        """The number of entries not on the disk yet; everything is saved only if this is 0."""
        return self._log.unsaved

    def flush(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds until everything is on the disk; return whether it is."""
        return self._log.flush(timeout) if isinstance(self._log, ThreadedEventLog) else self._log.unsaved == 0

    def hear(self, heard: Callable[[], None]) -> None:
        """Set a callback for when ``unsaved`` or ``trouble`` may have changed; it can be called from any thread."""
        if isinstance(self._log, ThreadedEventLog):
            self._log.heard = heard

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Record an event of this lesson."""
        self._catch_up(wait=False)
        self._add(self._log.append(kind, lesson, details))

    def of_lesson(self, lesson: str) -> LessonProgress:
        """The progress in this lesson, over all sessions."""
        return self.by_lesson().get(lesson, LessonProgress())

    def by_lesson(self) -> dict[str, LessonProgress]:
        """The progress in every lesson that was ever opened, by lesson id."""
        self._catch_up()
        return {lesson: tally.total() for lesson, tally in list(self._tallies.items())}

    def reviews(self, lessons: Iterable[LessonSummary]) -> dict[str, Review]:
        """The reviews of the lessons of which something was answered or reached, by lesson id."""
        return reviews(self.memories(), lessons)

    def memories(self) -> dict[Item, Memory]:
        """The memory of every question, goal and exercise that was met."""
        self._catch_up()
        return dict(self._memories)

    def warmed_up_today(self) -> int:
        """How many questions, goals and exercises were taken in warm-ups today."""
        self._catch_up()
        now = self.now()
        return sum(at.astimezone(now.tzinfo).date() == now.date() for at in list(self._warmed_up.values()))

    @property
    def learner(self) -> int:
        """The seed of this learner's numbers. It differs between learners, so that they cannot copy answers."""
        if self._learner is None:
            kept = self.setting(LEARNER)
            if kept is not None and kept.isdecimal() and len(kept) <= len(str(_LEARNERS)):
                self._learner = int(kept)
            else:
                self._learner = secrets.randbelow(_LEARNERS)
                self.set_setting(LEARNER, str(self._learner))
        return self._learner

    @property
    def opens_afresh(self) -> bool:
        """Whether each step of a visit opens in a lab as new, whatever the learner did before."""
        return False

    def visit_seed(self, lesson: str) -> int:
        """The seed for the numbers of the next visit to this lesson; it differs for each visit."""
        return self.learner + self.of_lesson(lesson).visits

    def warm_up_seed(self) -> int:
        """The seed for the numbers of the next warm-up question; it changes after each event of a warm-up."""
        self._catch_up()
        return self.learner + _FIRST_WARM_UP_SEED + self._warm_up_events

    def last_position(self) -> tuple[str, int] | None:
        """The lesson and the position of the step that was opened last."""
        self._catch_up()
        return self._last_place

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Save the lab's state for the next visit."""
        from tutor.training.saved.packing import pack

        self._log.keep_lab(lesson, pack(state.values, state.arrays))

    def load_lab(self, lesson: str) -> LabState | None:
        """The lab's saved state; None if there is none, or if it is damaged, which a notice reports."""
        return self._unpacked(lesson, self._log.kept_lab)

    def other_labs(self, lesson: str) -> int:
        """How many more labs of this lesson are saved, from sessions that had it open at the same time."""
        return self._log.other_labs(lesson)

    def take_other_lab(self, lesson: str) -> LabState | None:
        """Go on from the next of those other labs; this session's lab is kept. None if there is none."""
        return self._unpacked(lesson, self._log.take_other_lab)

    def _unpacked(self, lesson: str, read: Callable[[str], bytes | None]) -> LabState | None:
        from tutor.labs.kit.contract import LabState
        from tutor.training.saved.packing import unpack

        try:
            packed = read(lesson)
            return None if packed is None else LabState(*unpack(packed))
        except ValueError as error:
            self.notices.append(
                _("the saved lab of {lesson} is damaged and cannot be restored: {error}.").format(
                    lesson=lesson, error=error
                )
            )
            return None

    def setting(self, name: str) -> str | None:
        """A setting of the learner, or None if it was never made."""
        return self._log.kept_setting(name)

    def set_setting(self, name: str, value: str) -> None:
        """Save a setting."""
        self._log.keep_setting(name, value)

    def try_again(self) -> None:
        """Try again to write unsaved entries; a log with its own thread does so by itself."""
        if isinstance(self._log, EventLog):
            self._log.try_again()

    def close(self) -> None:
        """Try once more to write unsaved entries, then close the file."""
        self._log.close()

    def _catch_up(self, wait: bool = True) -> None:
        for event in self._log.new_events(wait):
            self._add(event)

    def _add(self, event: Event) -> None:
        self._tallies.setdefault(event.lesson, Tally()).add(event)
        found = rating_of(event)
        if found is not None:
            item, rating = found
            self._memories[item] = memory_after(self._memories.get(item), event, rating)
            if event.kind.startswith(WARM_UP):
                self._warmed_up[item] = event.at
        self._warm_up_events += event.kind.startswith(WARM_UP)
        details: dict[str, Any] = dict(event.details)
        if event.kind == "step" and isinstance(position := details.get("position"), int):
            self._last_place = (event.lesson, position)
