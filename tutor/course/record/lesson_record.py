"""The events of a visit to a lesson: written to the journal and summed up to the state of its steps."""

from __future__ import annotations

from typing import Any

from tutor.course.lessons.lesson import Lesson
from tutor.course.record.event_log import Event, utc_now
from tutor.course.record.journal import Journal
from tutor.course.record.lesson_progress import LessonProgress, Tally
from tutor.course.record.step_states import LessonState, lesson_state


class LessonRecord:
    """The events of one visit to ``lesson``, added to the learner's earlier ``progress``."""

    def __init__(self, lesson: Lesson, progress: LessonProgress, journal: Journal) -> None:
        self._lesson, self._journal = lesson, journal
        self._tally = Tally.of(progress)
        self._was_done = self.state.done

    @property
    def state(self) -> LessonState:
        """The current state of the lesson and its steps."""
        return lesson_state(self._lesson.outline, self._tally.total())

    def note(self, kind: str, **details: Any) -> None:
        """Record an event, followed by ``done`` if it completes the lesson."""
        self._journal.record(self._lesson.id, kind, **details)
        self._tally.add(Event(kind, self._lesson.id, details, utc_now()))
        if not self._was_done and self.state.done:
            self._was_done = True
            self._journal.record(self._lesson.id, "done")
