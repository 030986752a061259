"""What a learner has done and where they were. Written as it happens."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.course.event_log import Event, EventLog

if TYPE_CHECKING:
    # NumPy comes with it, and the home screen opens without.
    from tutor.labs.contract import LabState

STATE_VARIABLE = "DL_TUTOR_STATE"


def state_folder(given: Path | None = None) -> Path:
    """Where progress is kept: ``given``, else $DL_TUTOR_STATE, else the platform's folder for a user's data."""
    if given is not None:
        return given.expanduser()
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("dl-tutor", appauthor=False)


@dataclass(frozen=True)
class Standing:
    """How far a learner is with one lesson.

    ``position`` is the step last open, from 0; ``steps_seen`` holds step ids. ``answered`` and ``correct`` count
    questions, not attempts: those tried at least once, and those answered right at least once.
    """

    position: int = 0
    steps_seen: frozenset[str] = frozenset()
    finished: bool = False
    answered: int = 0
    correct: int = 0
    hints: int = 0
    visits: int = 0


@dataclass
class _Tally:
    """A standing while it is being added up."""

    position: int = 0
    steps_seen: set[str] = field(default_factory=set)
    finished: bool = False
    answered: set[tuple[str, int]] = field(default_factory=set)
    correct: set[tuple[str, int]] = field(default_factory=set)
    hints: int = 0
    visits: int = 0

    def add(self, event: Event) -> None:
        match event.kind, event.details:
            case "step", {"step": str(step), "position": int(position)}:
                self.position = position
                self.steps_seen.add(step)
            case "answer", {"step": str(step), "question": int(question), "correct": bool(correct)}:
                self.answered.add((step, question))
                if correct:
                    self.correct.add((step, question))
            case "hint", _:
                self.hints += 1
            case "visit", _:
                self.visits += 1
            case "finished", _:
                self.finished = True

    def standing(self) -> Standing:
        return Standing(
            self.position, frozenset(self.steps_seen), self.finished,
            len(self.answered), len(self.correct), self.hints, self.visits,
        )  # fmt: skip


class Progress:
    """One learner's progress in ``folder``; a ``Journal`` for lesson sessions.

    Nothing here raises for a folder or file that cannot be used: progress then goes on in memory. ``notices`` holds
    sentences for the learner; a face shows them, and may empty the list.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notices: list[str] = []
        self._log = EventLog(folder, self.notices)
        self._tallies: dict[str, _Tally] = {}
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

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Note an event of this lesson; it is on the disk when this returns, or ``trouble`` says why not."""
        self._catch_up()
        self._add(self._log.append(kind, lesson, details))

    def standing(self, lesson: str) -> Standing:
        """How far the learner is with this lesson, in all sessions together."""
        return self.standings().get(lesson, Standing())

    def standings(self) -> dict[str, Standing]:
        """How far the learner is, for every lesson that was ever opened."""
        self._catch_up()
        return {lesson: tally.standing() for lesson, tally in self._tallies.items()}

    def last_place(self) -> tuple[str, int] | None:
        """The lesson and the position of the step opened last of all."""
        self._catch_up()
        return self._last_place

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Keep the lab's state for the next visit."""
        from tutor.training.packing import pack

        self._log.keep_lab(lesson, pack(state.values, state.arrays))

    def load_lab(self, lesson: str) -> LabState | None:
        """The lab's state as it was kept; None if there is none, or if it is damaged, which a notice then says."""
        from tutor.labs.contract import LabState
        from tutor.training.packing import unpack

        try:
            packed = self._log.kept_lab(lesson)
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

    def close(self) -> None:
        """Let go of the file; what could not be saved so far is tried once more."""
        self._log.close()

    def _catch_up(self) -> None:
        for event in self._log.new_events():
            self._add(event)

    def _add(self, event: Event) -> None:
        self._tallies.setdefault(event.lesson, _Tally()).add(event)
        details: dict[str, Any] = dict(event.details)
        if event.kind == "step" and isinstance(position := details.get("position"), int):
            self._last_place = (event.lesson, position)
