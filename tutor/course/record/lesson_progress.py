"""A learner's progress in a lesson and in each of its questions, summed up from their events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tutor.course.questions.answer_record import AnswerRecord, answer_record
from tutor.course.record.calibration import Calibration, calibration_after
from tutor.course.record.event_log import Event

QuestionKey = tuple[str, int]
"""A question: the id of its step and its index in the step, from 0."""

GoalKey = tuple[str, int]
"""A goal: the id of its step and its index in the step, from 0."""

WARM_UP = "warm-up "
"""Prefix of the kind of events in a warm-up: they do not change the learner's position or count as visits."""


@dataclass(frozen=True)
class QuestionProgress:
    """The progress with one question, over all visits and warm-ups.

    ``first_try``: the very first answer in the lesson was right, without a hint. ``trouble`` counts wrong tries, hints
    and skips since the question last went well; ``warmed_up`` is the time of its last warm-up. ``passed_over``: the
    last event was a skip. ``settled`` is what the lesson shows when it returns to the question; None while it is open.
    ``reopened``: it was right or skipped and is being asked again, with no right answer or skip since;
    ``wrong_again``: it got a wrong answer since.
    """

    tries: int = 0
    wrong: int = 0
    hints: int = 0
    skips: int = 0
    right: bool = False
    first_try: bool = False
    trouble: int = 0
    warmed_up: datetime | None = None
    passed_over: bool = False
    settled: AnswerRecord | None = None
    reopened: bool = False
    wrong_again: bool = False

    @property
    def skipped(self) -> bool:
        """Whether it was skipped, not tried again since, and never answered right."""
        return self.passed_over and not self.right

    def after(self, event: Event) -> QuestionProgress:
        """The progress after one more event about this question."""
        kind = event.kind.removeprefix(WARM_UP)
        if event.kind.startswith(WARM_UP):
            return replace(self._counted(kind, event), warmed_up=event.at)
        answered = kind == "answer"
        closed = kind == "skip" or (answered and event.details.get("correct") is True)
        return replace(
            self._counted(kind, event),
            settled=answer_record(kind, event.details) or self.settled,
            reopened=self.reopened and not closed,
            wrong_again=not closed and (self.wrong_again or (self.reopened and answered)),
        )

    def asked_again(self) -> QuestionProgress:
        """The progress once the question is open again; earlier events still count."""
        return replace(self, settled=None, reopened=self.reopened or self.right or self.passed_over)

    def _counted(self, kind: str, event: Event) -> QuestionProgress:
        if kind == "hint":
            return replace(self, hints=self.hints + 1, trouble=self.trouble + 1)
        if kind == "skip":
            return replace(self, skips=self.skips + 1, trouble=self.trouble + 1, passed_over=True)
        if event.details.get("correct") is not True:
            more = self.tries + 1, self.wrong + 1, self.trouble + 1
            return replace(self, tries=more[0], wrong=more[1], trouble=more[2], passed_over=False)
        untouched = self.tries == self.hints == self.skips == 0
        return replace(
            self,
            tries=self.tries + 1,
            right=True,
            first_try=self.first_try or untouched,
            trouble=0 if went_well(event) else self.trouble,
            passed_over=False,
        )


def went_well(event: Event) -> bool:
    """Whether the event is an answer that was right at the first try of its visit, without a hint."""
    details = event.details
    answered = event.kind.removeprefix(WARM_UP) == "answer" and details.get("correct") is True
    return answered and details.get("attempt", 1) == 1 and details.get("hints", 0) == 0


@dataclass(frozen=True)
class LessonProgress:
    """A learner's progress in one lesson.

    ``position`` is the step last open, from 0; ``steps_seen`` holds step ids. ``answered`` and ``correct`` count
    questions, not attempts: those tried at least once, and those answered right at least once. Warm-ups count only in
    ``questions``. ``finished``: the last step was left with *next* at least once; whether the lesson is done, see
    ``step_states.lesson_state``.
    """

    position: int = 0
    steps_seen: frozenset[str] = frozenset()
    finished: bool = False
    answered: int = 0
    correct: int = 0
    hints: int = 0
    visits: int = 0
    questions: Mapping[QuestionKey, QuestionProgress] = field(default_factory=dict)
    goals: Mapping[GoalKey, str | None] = field(default_factory=dict)
    """The goals reached on any visit, with the help used the first time: ``hint``, ``solution`` or None."""
    calibration: Calibration = field(default_factory=dict)
    """How sure the learner was of answers in this lesson and its warm-ups, and how often they were right."""

    def question(self, step: str, index: int) -> QuestionProgress:
        """The progress with question ``index`` of the step with that id."""
        known = self.questions.get((step, index))
        return QuestionProgress() if known is None else known

    @property
    def trouble(self) -> int:
        """The total trouble with the lesson's questions."""
        return sum(question.trouble for question in self.questions.values())


@dataclass
class Tally:
    """A mutable ``LessonProgress`` that adds up events."""

    position: int = 0
    steps_seen: set[str] = field(default_factory=set)
    finished: bool = False
    answered: set[QuestionKey] = field(default_factory=set)
    correct: set[QuestionKey] = field(default_factory=set)
    hints: int = 0
    visits: int = 0
    questions: dict[QuestionKey, QuestionProgress] = field(default_factory=dict)
    goals: dict[GoalKey, str | None] = field(default_factory=dict)
    calibration: Calibration = field(default_factory=dict)

    @classmethod
    def of(cls, progress: LessonProgress) -> Tally:
        """A tally that goes on from ``progress``."""
        return cls(
            progress.position, set(progress.steps_seen), progress.finished,
            {key for key, question in progress.questions.items() if question.tries},
            {key for key, question in progress.questions.items() if question.right},
            progress.hints, progress.visits, dict(progress.questions), dict(progress.goals),
            progress.calibration,
        )  # fmt: skip

    def add(self, event: Event) -> None:
        """Count an event of the lesson; ignores unknown events."""
        match event.kind, event.details:
            case "step", {"step": str(step), "position": int(position)}:
                self.position = position
                self.steps_seen.add(step)
            case "answer", {"step": str(step), "question": int(question), "correct": bool(correct)}:
                self.answered.add((step, question))
                if correct:
                    self.correct.add((step, question))
            case "goal", {"step": str(step), "goal": int(goal)}:
                helps = (help for help in ("solution", "hint") if event.details.get(help) is True)
                self.goals.setdefault((step, goal), next(helps, None))
            case "hint", _:
                self.hints += 1
            case "again", {"step": str(step)}:
                for asked in [key for key in self.questions if key[0] == step]:
                    self.questions[asked] = self.questions[asked].asked_again()
            case "visit", _:
                self.visits += 1
            case "finished", _:
                self.finished = True
        self.calibration = calibration_after(self.calibration, event)
        key = question_of(event)
        if key is not None:
            self.questions[key] = self.questions.get(key, QuestionProgress()).after(event)

    def total(self) -> LessonProgress:
        """The progress so far."""
        return LessonProgress(
            self.position, frozenset(self.steps_seen), self.finished,
            len(self.answered), len(self.correct), self.hints, self.visits, dict(self.questions),
            dict(self.goals), self.calibration,
        )  # fmt: skip


def question_of(event: Event) -> QuestionKey | None:
    """The question of an answer, a hint or a skip, in a lesson or in a warm-up; None for other events."""
    details: Mapping[str, Any] = event.details
    match event.kind.removeprefix(WARM_UP), details:
        case "answer" | "hint" | "skip", {"step": str(step), "question": int(question)}:
            return step, question
    return None
