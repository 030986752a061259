"""How far a learner is with a lesson and with each of its questions, added up from what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tutor.course.questions.settled_answer import SettledAnswer, settled_answer
from tutor.course.record.event_log import Event

QuestionKey = tuple[str, int]
"""A question by its step's id and its place in the step, from 0."""

GoalKey = tuple[str, int]
"""A goal by its step's id and its place in the step, from 0."""

WARM_UP = "warm-up "
"""Before the kind of an event that happened in a warm-up: it moves no place and counts as no visit."""


@dataclass(frozen=True)
class QuestionStanding:
    """What happened with one question, over all visits and warm-ups.

    ``first_try`` is about the very first answer in the lesson: right, and without a hint. ``trouble`` counts wrong
    tries, hints and skips since the question last went well; ``warmed_up`` is when it was last asked in a warm-up.
    ``passed_over``: the last thing that happened was a skip. ``settled`` is what its lesson shows when it comes back
    to the question; None while it is open there. ``reopened``: it was right or skipped and is asked again, with
    no new right answer or skip yet; ``wrong_again``: that asking has a wrong answer.
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
    settled: SettledAnswer | None = None
    reopened: bool = False
    wrong_again: bool = False

    @property
    def skipped(self) -> bool:
        """Whether it was passed over, not tried again since, and never answered right."""
        return self.passed_over and not self.right

    def after(self, event: Event) -> QuestionStanding:
        """The same after one more event about this question."""
        kind = event.kind.removeprefix(WARM_UP)
        if event.kind.startswith(WARM_UP):
            return replace(self._counted(kind, event), warmed_up=event.at)
        answered = kind == "answer"
        closed = kind == "skip" or (answered and event.details.get("correct") is True)
        return replace(
            self._counted(kind, event),
            settled=settled_answer(kind, event.details) or self.settled,
            reopened=self.reopened and not closed,
            wrong_again=not closed and (self.wrong_again or (self.reopened and answered)),
        )

    def asked_again(self) -> QuestionStanding:
        """The same once the question is open again; what was done with it still counts."""
        return replace(self, settled=None, reopened=self.reopened or self.right or self.passed_over)

    def _counted(self, kind: str, event: Event) -> QuestionStanding:
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
class Standing:
    """How far a learner is with one lesson.

    ``position`` is the step last open, from 0; ``steps_seen`` holds step ids. ``answered`` and ``correct`` count
    questions, not attempts: those tried at least once, and those answered right at least once. Warm-ups count in
    ``questions`` alone. ``finished`` is whether the last step was ever left with *next*; whether the lesson is done
    is for ``step_states.lesson_state`` to say.
    """

    position: int = 0
    steps_seen: frozenset[str] = frozenset()
    finished: bool = False
    answered: int = 0
    correct: int = 0
    hints: int = 0
    visits: int = 0
    questions: Mapping[QuestionKey, QuestionStanding] = field(default_factory=dict)
    goals: Mapping[GoalKey, str | None] = field(default_factory=dict)
    """The goals that were reached, on whichever visit, with the help the first time: ``hint``, ``solution`` or None."""

    def question(self, step: str, index: int) -> QuestionStanding:
        """How far the learner is with question ``index`` of the step with that id."""
        return self.questions.get((step, index), QuestionStanding())

    @property
    def trouble(self) -> int:
        """The trouble with all questions of the lesson."""
        return sum(question.trouble for question in self.questions.values())


@dataclass
class Tally:
    """A standing while it is being added up."""

    position: int = 0
    steps_seen: set[str] = field(default_factory=set)
    finished: bool = False
    answered: set[QuestionKey] = field(default_factory=set)
    correct: set[QuestionKey] = field(default_factory=set)
    hints: int = 0
    visits: int = 0
    questions: dict[QuestionKey, QuestionStanding] = field(default_factory=dict)
    goals: dict[GoalKey, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, standing: Standing) -> Tally:
        """A tally that goes on from ``standing``."""
        return cls(
            standing.position, set(standing.steps_seen), standing.finished,
            {key for key, question in standing.questions.items() if question.tries},
            {key for key, question in standing.questions.items() if question.right},
            standing.hints, standing.visits, dict(standing.questions), dict(standing.goals),
        )  # fmt: skip

    def add(self, event: Event) -> None:
        """Take an event of the lesson into account; what is not understood is left out."""
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
        key = question_of(event)
        if key is not None:
            self.questions[key] = self.questions.get(key, QuestionStanding()).after(event)

    def standing(self) -> Standing:
        """What it comes to."""
        return Standing(
            self.position, frozenset(self.steps_seen), self.finished,
            len(self.answered), len(self.correct), self.hints, self.visits, dict(self.questions),
            dict(self.goals),
        )  # fmt: skip


def question_of(event: Event) -> QuestionKey | None:
    """The question that an answer, a hint or a skip is about, in a lesson or in a warm-up; None for other events."""
    details: Mapping[str, Any] = event.details
    match event.kind.removeprefix(WARM_UP), details:
        case "answer" | "hint" | "skip", {"step": str(step), "question": int(question)}:
            return step, question
    return None
