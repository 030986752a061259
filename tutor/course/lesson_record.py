"""What happens in a lesson: written to the journal, and added up to how its steps stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor.course.event_log import Event, utc_now
from tutor.course.lesson import Lesson
from tutor.course.standing import QuestionKey, QuestionStanding, Standing, question_of
from tutor.course.step_states import LessonState, lesson_state

if TYPE_CHECKING:
    from tutor.course.session import Journal


class LessonRecord:
    """The events of one visit to ``lesson``, on top of the ``standing`` that the learner had before it."""

    def __init__(self, lesson: Lesson, standing: Standing, journal: Journal) -> None:
        self._lesson, self._journal = lesson, journal
        self._seen = set(standing.steps_seen)
        self._questions: dict[QuestionKey, QuestionStanding] = dict(standing.questions)
        self._was_done = self.state.done

    @property
    def state(self) -> LessonState:
        """How the lesson and its steps stand now."""
        return lesson_state(self._lesson.outline, Standing(steps_seen=frozenset(self._seen), questions=self._questions))

    def note(self, kind: str, **details: Any) -> None:
        """Record an event, and after it ``done`` if it is the one that completes the lesson."""
        self._journal.record(self._lesson.id, kind, **details)
        if kind == "step":
            self._seen.add(details["step"])
        event = Event(kind, self._lesson.id, details, utc_now())
        key = question_of(event)
        if key is not None:
            self._questions[key] = self._questions.get(key, QuestionStanding()).after(event)
        if not self._was_done and self.state.done:
            self._was_done = True
            self._journal.record(self._lesson.id, "done")
