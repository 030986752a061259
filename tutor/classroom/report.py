"""A row for each learner and each lesson or exercise that they began: what was right, when, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutor.classroom.standing import EXERCISE
from tutor.classroom.work import Work
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.event_log import Event
from tutor.course.record.step_states import lesson_state
from tutor.practice.exercise import Exercise


@dataclass(frozen=True)
class ReportRow:
    """What one learner did in one lesson or exercise (``kind``).

    ``right_at_first`` and ``right_later`` count questions answered right, of ``questions``. ``tries`` are answers and
    checks. ``minutes`` is the time spent, without pauses.
    """

    learner: str
    kind: str
    id: str
    title: str
    done: bool
    steps_seen: int
    steps: int
    right_at_first: int
    right_later: int
    questions: int
    goals_reached: int
    goals: int
    tries: int
    hints: int
    minutes: float
    first: datetime
    last: datetime

    @property
    def percent(self) -> float:
        """How much of it is done: of its questions and goals those right and reached, else of its steps those seen."""
        if self.kind == "exercise":
            return 100.0 if self.done else 0.0
        asked = self.questions + self.goals
        right = self.right_at_first + self.right_later + self.goals_reached
        return 100.0 * (right / asked if asked else self.steps_seen / max(1, self.steps))


class Report:
    """Makes the rows of learners, given the lessons and exercises that there are.

    Others, such as those of a pack that is away, have a row with what their events alone say.
    """

    def __init__(self, lessons: Sequence[LessonSummary], exercises: Sequence[Exercise] = ()) -> None:
        self._lessons = {summary.id: summary for summary in lessons}
        self._exercises = {exercise.id: exercise for exercise in exercises}
        self._order = {name: at for at, name in enumerate([*self._lessons, *(EXERCISE + e for e in self._exercises)])}

    def rows(self, learner: str, events: Iterable[Event], since: datetime | None = None) -> list[ReportRow]:
        """The rows of one learner, in the order of the course; only what was done from ``since`` on."""
        works: dict[str, Work] = {}
        for event in events:
            if since is None or event.at >= since:
                works.setdefault(event.lesson, Work()).add(event)
        return self.rows_of(learner, works)

    def rows_of(self, learner: str, works: Mapping[str, Work]) -> list[ReportRow]:
        """The rows of one learner's work, given by lesson, in the order of the course."""
        names = sorted(works, key=lambda name: (self._order.get(name, len(self._order)), name))
        return [self._row(learner, name, works[name]) for name in names]

    def _row(self, learner: str, name: str, work: Work) -> ReportRow:
        assert work.first is not None
        assert work.last is not None
        spent = work.spent / timedelta(minutes=1)
        if name.startswith(EXERCISE):
            exercise = self._exercises.get(name.removeprefix(EXERCISE))
            title = name.removeprefix(EXERCISE) if exercise is None else exercise.title
            return ReportRow(
                learner, "exercise", name.removeprefix(EXERCISE), title, work.right, 0, 0, 0, 0, 0, 0, 0,
                work.tries, work.hints, spent, work.first, work.last,
            )  # fmt: skip
        progress, summary = work.tally.total(), self._lessons.get(name)
        right = [question for question in progress.questions.values() if question.right]
        first = sum(question.first_try for question in right)
        if summary is None:
            steps, questions, goals = len(progress.steps_seen), len(progress.questions), len(progress.goals)
            done = False
        else:
            steps = summary.steps
            questions = sum(step.questions for step in summary.outline)
            goals = sum(step.goals for step in summary.outline)
            done = lesson_state(summary.outline, progress).done
        return ReportRow(
            learner, "lesson", name, name if summary is None else summary.title, done, len(progress.steps_seen), steps,
            first, len(right) - first, questions, len(progress.goals), goals, work.tries, work.hints, spent,
            work.first, work.last,
        )  # fmt: skip
