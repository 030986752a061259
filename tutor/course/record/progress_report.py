"""The report on a lesson in numbers and words: what the learner did, what was hard, when the next review is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.step_texts import StepText
from tutor.course.record.lesson_progress import LessonProgress, QuestionKey, QuestionProgress
from tutor.course.record.review import Review
from tutor.course.record.step_states import LessonState, lesson_state
from tutor.language.catalogue import _, ngettext


@dataclass(frozen=True)
class HardQuestion:
    """A question that gave trouble: its step's title and position from 0, and its number there from 1.

    ``number`` is 0 if it is the only question of its step.
    """

    step: str
    position: int
    number: int
    wrong: int
    hints: int
    skips: int

    def words(self) -> str:
        """The step's title and what happened: ``The bias: 2 wrong tries, 1 hint``."""
        title = (
            self.step if not self.number else _("{step}, question {number}").format(step=self.step, number=self.number)
        )
        wrong, hints = _wrong(self.wrong), _hints(self.hints)
        skips = ngettext("{count} skip", "{count} skips", self.skips).format(count=self.skips)
        counts = ((self.wrong, wrong), (self.hints, hints), (self.skips, skips))
        return _("{title}: {counts}").format(title=title, counts=", ".join(words for number, words in counts if number))


@dataclass(frozen=True)
class LessonReport:
    """The report on one lesson. ``first_try`` questions were right at once, ``with_help`` later or after hints.

    ``left`` counts all others: never tried, wrong so far, or skipped. ``hard`` lists questions by wrong tries, hints
    and skips, most first.
    """

    summary: LessonSummary
    state: LessonState
    first_try: int
    with_help: int
    left: int
    wrong: int
    hints: int
    hard: tuple[HardQuestion, ...]
    review: Review | None

    @property
    def begun(self) -> bool:
        """Whether the learner has begun the lesson."""
        return self.state.seen > 0 or self.state.answered > 0

    def sentences(self, now: datetime) -> tuple[str, ...]:
        """The report in a few lines."""
        if not self.begun:
            return (_("Not begun."),)
        end = _(" The lesson is done.") if self.state.done else ""
        lines = [
            _("Steps seen: {seen} of {steps}.{end}").format(seen=self.state.seen, steps=self.summary.steps, end=end)
        ]
        if self.state.questions:
            lines.append(
                _(
                    "Questions: {first_try} right at the first try, {with_help} after hints or wrong tries, "
                    "{left} open or skipped."
                ).format(first_try=self.first_try, with_help=self.with_help, left=self.left)
            )
        if self.wrong or self.hints:
            lines.append(_("Together {wrong} and {hints}.").format(wrong=_wrong(self.wrong), hints=_hints(self.hints)))
        if self.review is not None:
            lines.append(_("Warm-up: {due_words}.").format(due_words=self.review.due_words(now)))
        return tuple(lines)


def report(
    summary: LessonSummary, progress: LessonProgress, review: Review | None, steps: Sequence[StepText]
) -> LessonReport:
    """The report on a lesson from its outline; ``steps`` gives the titles of the steps that were hard."""
    positions = {step.id: position for position, step in enumerate(steps)}
    asked = {
        (step.id, index): progress.question(step.id, index)
        for step in summary.outline
        for index in range(step.questions)
    }
    right = [question for question in asked.values() if question.right]
    first_try = sum(question.first_try for question in right)
    return LessonReport(
        summary,
        lesson_state(summary.outline, progress),
        first_try,
        len(right) - first_try,
        len(asked) - len(right),
        sum(question.wrong for question in asked.values()),
        sum(question.hints for question in asked.values()),
        _hard({key: question for key, question in asked.items() if key[0] in positions}, positions, steps),
        review,
    )


def _hard(
    asked: dict[QuestionKey, QuestionProgress], positions: dict[str, int], steps: Sequence[StepText]
) -> tuple[HardQuestion, ...]:
    found = []
    for (step, index), question in asked.items():
        if question.wrong or question.hints or question.skips:
            alone = index == 0 and (step, 1) not in asked
            found.append(
                HardQuestion(
                    steps[positions[step]].title, positions[step], 0 if alone else index + 1,
                    question.wrong, question.hints, question.skips,
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda h: (-(h.wrong + h.hints + h.skips), h.position, h.number)))


def _wrong(count: int) -> str:
    return ngettext("{count} wrong try", "{count} wrong tries", count).format(count=count)


def _hints(count: int) -> str:
    return ngettext("{count} hint", "{count} hints", count).format(count=count)
