"""What happens in a lesson: written to the journal, and added up to how its steps stand."""

from __future__ import annotations

from typing import Any

from tutor.course.lessons.lesson import Lesson
from tutor.course.record.event_log import Event, utc_now
from tutor.course.record.journal import Journal
from tutor.course.record.standing import Standing, Tally
from tutor.course.record.step_states import LessonState, lesson_state


class LessonRecord:
    """The events of one visit to ``lesson``, on top of the ``standing`` that the learner had before it."""

    def __init__(self, lesson: Lesson, standing: Standing, journal: Journal) -> None:
        self._lesson, self._journal = lesson, journal
        self._tally = Tally.of(standing)
        self._was_done = self.state.done

    @property
    def state(self) -> LessonState:
        """How the lesson and its steps stand now."""
        return lesson_state(self._lesson.outline, self._tally.standing())

    def note(self, kind: str, **details: Any) -> None:
        """Record an event, and after it ``done`` if it is the one that completes the lesson."""
        self._journal.record(self._lesson.id, kind, **details)
        self._tally.add(Event(kind, self._lesson.id, details, utc_now()))
        if not self._was_done and self.state.done:
            self._was_done = True
            self._journal.record(self._lesson.id, "done")
