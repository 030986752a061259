"""Grade a homework: the numbers are drawn anew, and what was typed is judged anew. No flag in a log is believed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tutor.classroom.standing import EXERCISE
from tutor.course.commands import LONGEST_LINE
from tutor.course.homework.homework import Homework, HomeworkItem
from tutor.course.homework.redrawn import RedrawnStep, counted_steps, redrawn
from tutor.course.lessons.finding import CannotOpen
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.questions.checking import check
from tutor.course.record.event_log import Event
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed

MOST_JUDGED = 200
"""Answers to one question: of more, which nobody types, the first ones are judged."""


@dataclass(frozen=True)
class HomeworkRow:
    """What one learner has for an item of a homework, or (``kind`` ``homework``) for all of it.

    ``points`` are of ``of`` points, the weight. ``right`` of ``questions`` are right, ``late`` of them after the due
    day. ``remark`` says what was not judged, and why.
    """

    learner: str
    kind: str
    id: str
    title: str
    points: float
    of: float
    right: int
    late: int
    questions: int
    remark: str

    @property
    def percent(self) -> float:
        """The share of the points."""
        return 100.0 * self.points / self.of


@dataclass
class _Tally:
    right: int = 0
    late: int = 0
    questions: int = 0
    other_numbers: int = 0
    unjudged: str = ""

    def row(self, learner: str, item: HomeworkItem, title: str, share: float) -> HomeworkRow:
        """``share`` is what late answers count."""
        earned = (self.right - self.late) + share * self.late
        words = [f"{self.other_numbers} answered with other numbers"] if self.other_numbers else []
        if self.unjudged:
            words.append(f"not judged: {self.unjudged}")
        points = item.weight * earned / max(1, self.questions)
        return HomeworkRow(
            learner, item.kind, item.id, title, points, item.weight, self.right, self.late, self.questions,
            "; ".join(words),
        )  # fmt: skip


def grade(
    homework: Homework,
    learner: str,
    events: Iterable[Event],
    lessons: Mapping[str, LessonSummary],
    exercises: Mapping[str, str],
) -> list[HomeworkRow]:
    """The rows of one learner: one for each item, and the sum. ``exercises`` are titles by id.

    Of a lesson only events of this homework count, asked for the first time: an answer that follows *again* has other
    numbers. A question that was skipped before it was right has no points, because the answer was shown.
    """
    by_lesson: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_lesson[event.lesson].append(event)
    rows = []
    for item in homework.items:
        if item.kind == "exercise":
            tally, title = _of_exercise(homework, by_lesson[EXERCISE + item.id]), exercises[item.id]
        else:
            summary = lessons[item.id]
            title, tally = summary.title, _of_lesson(homework, item, learner, summary, by_lesson[homework.key(item.id)])
        rows.append(tally.row(learner, item, title, homework.late))
    return [*rows, _sum(homework, learner, rows)]


def _of_exercise(homework: Homework, events: Sequence[Event]) -> _Tally:
    """Of an exercise the log keeps the verdict and not the program that was checked, so the verdict is believed."""
    right = [e.at for e in events if e.kind == "check" and e.details.get("verdict") == "right"
             and e.details.get("form", "write") == "write"]  # fmt: skip
    return _Tally(int(bool(right)), int(bool(right) and min(right) > homework.deadline), 1)


def _of_lesson(
    homework: Homework, item: HomeworkItem, learner: str, summary: LessonSummary, events: Sequence[Event]
) -> _Tally:
    tally = _Tally()
    asked: dict[tuple[str, int], list[Event]] = defaultdict(list)
    for event in events:
        match event.kind, event.details:
            case "answer" | "skip", {"step": str(step), "question": int(index)} if not event.details.get("turn"):
                asked[step, index].append(event)
    questions = {step.id: step.questions for step in summary.outline}
    for step in counted_steps(item, summary):
        tally.questions += questions[step]
        tried = {index: found for index in range(questions[step]) if (found := asked.get((step, index)))}
        if not tried:
            continue
        try:
            with redrawn(summary, step, homework.seed_of(learner)) as drawn:
                for index, tries in tried.items():
                    _judge(tally, homework, drawn, index, tries)
        except (LessonError, CannotOpen, LookupFailed, ControlError) as error:
            tally.unjudged = tally.unjudged or f"{step}: {error}"
    return tally


def _judge(tally: _Tally, homework: Homework, drawn: RedrawnStep, index: int, tries: Sequence[Event]) -> None:
    """Judge the tries at one question, oldest first, until one is right or it was skipped."""
    for event in tries[:MOST_JUDGED]:
        if event.kind == "skip":
            return
        text = event.details.get("text")
        if not isinstance(text, str) or len(text) > LONGEST_LINE:
            continue
        if check(drawn.questions[index], text, drawn.lab).correct:
            tally.right += 1
            tally.late += event.at > homework.deadline
            return
    tally.other_numbers += any(
        "numbers" in event.details and not drawn.drew(event.details["numbers"]) for event in tries[:MOST_JUDGED]
    )


def _sum(homework: Homework, learner: str, rows: Sequence[HomeworkRow]) -> HomeworkRow:
    total = HomeworkRow(learner, "homework", homework.id, homework.title, 0.0, 0.0, 0, 0, 0, "")
    for row in rows:
        total = replace(
            total, points=total.points + row.points, of=total.of + row.of, right=total.right + row.right,
            late=total.late + row.late, questions=total.questions + row.questions,
        )  # fmt: skip
    return total
