"""A learner in a lesson: where they are, what they answered, what comes next. Every face drives this."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from tutor.course.drawing import draw_controls
from tutor.course.goals import LessonGoals
from tutor.course.lesson import Lesson, Question, Step
from tutor.course.questions import Verdict, check, describe_answer, fill_for_learner
from tutor.course.standing import GoalKey
from tutor.course.tensorflow_column import TensorFlowColumn
from tutor.labs.contract import Lab, LabState
from tutor.labs.controls import ControlError
from tutor.labs.places import LookupFailed
from tutor.training.keras_program import ProgramStarter

_NOT_NOW = "The answer cannot be worked out on the lab as it is now"
_SET_AGAIN = "Go back a step and come again: the lab is then set as the question wants it."


class Journal(Protocol):
    """Where a session writes what happened, as it happens."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Note an event of this lesson."""

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Keep the lab's state for the next visit."""


class NoJournal:
    """Keeps nothing: for scripts and checks."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Note nothing."""

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Keep nothing."""


@dataclass
class QuestionState:
    """How far the learner is with one question."""

    attempts: int = 0
    hints_taken: int = 0
    attempts_at_last_hint: int = 0
    correct: bool = False
    skipped: bool = False
    last: Verdict | None = None

    @property
    def settled(self) -> bool:
        """Answered right, or passed over: the explanation may be shown and the lab uncovered."""
        return self.correct or self.skipped


@dataclass
class LessonSession:
    """One visit to a lesson. ``seed`` draws the numbers of its questions; ``goals_reached`` were on earlier visits."""

    lesson: Lesson
    lab: Lab
    seed: int = 0
    journal: Journal = field(default_factory=NoJournal)
    position: int = 0
    start_program: ProgramStarter | None = None
    goals_reached: frozenset[GoalKey] = frozenset()
    _states: dict[tuple[int, int], QuestionState] = field(default_factory=dict)

    @cached_property
    def tensorflow(self) -> TensorFlowColumn | None:
        """The lab's numbers beside TensorFlow's; None where there is no worker to compute them."""
        return None if self.start_program is None else TensorFlowColumn(self.lab, self.start_program)

    @cached_property
    def goals(self) -> LessonGoals:
        """The goals of the lesson's steps, judged on this lab."""
        return LessonGoals(self.lesson, self.lab, self.journal, self.goals_reached)

    def open(self, position: int = 0) -> None:
        """Go to a step: the lab is set as the step wants it and its numbers are drawn."""
        self.position = min(max(position, 0), len(self.lesson.steps) - 1)
        step = self.step
        for name, value in step.set.items():
            self.lab.set(name, value)
        for action in step.press:
            self.lab.press(action)
        draw_controls(step, self.lab, self.seed, self.position)
        self.goals.step_opened()
        self.journal.record(self.lesson.id, "step", step=step.id, position=self.position)

    @property
    def step(self) -> Step:
        """The present step."""
        return self.lesson.steps[self.position]

    @property
    def at_end(self) -> bool:
        """Whether this is the last step."""
        return self.position == len(self.lesson.steps) - 1

    def next(self) -> bool:
        """Go one step on; on the last step the lesson is finished and false is returned.

        Questions never hold a learner back: those left open are simply left open.
        """
        if self.at_end:
            self.journal.record(self.lesson.id, "finished")
            return False
        self.open(self.position + 1)
        return True

    def back(self) -> bool:
        """Go one step back; false on the first."""
        if self.position == 0:
            return False
        self.open(self.position - 1)
        return True

    def jump(self, step: str) -> bool:
        """Go to a step by its id or its number from 1; false if there is none such."""
        position = self.lesson.position_of(step)
        if position is None:
            return False
        self.open(position)
        return True

    # Questions

    def question_state(self, index: int) -> QuestionState:
        """How far the learner is with question ``index`` of the present step."""
        return self._states.setdefault((self.position, index), QuestionState())

    def answered(self, position: int) -> bool:
        """Whether the step at ``position`` has questions and all of them are settled, in this visit."""
        count = len(self.lesson.steps[position].questions)
        states = (self._states.get((position, index)) for index in range(count))
        return count > 0 and all(state is not None and state.settled for state in states)

    @property
    def question_index(self) -> int | None:
        """The first question of this step that is not settled; None when all are, or there are none."""
        for index in range(len(self.step.questions)):
            if not self.question_state(index).settled:
                return index
        return None

    @property
    def question(self) -> Question | None:
        """The question that an answer now goes to."""
        index = self.question_index
        return None if index is None else self.step.questions[index]

    def ask(self, question: Question) -> str:
        """The question's text with the lab's numbers in it; where the lab does not have one yet, it says so."""
        return fill_for_learner(question.ask, self.lab)

    @property
    def covered(self) -> frozenset[str]:
        """The readouts that are not to be seen yet."""
        return frozenset(self.step.hide) if self.question is not None else frozenset()

    def keeps_back(self, name: str) -> bool:
        """Whether a readout is not to be seen yet: covered, or beside the step while something is covered.

        What the step does not show could give the answer away; only the lab knows what never does.
        """
        if name in self.covered:
            return True
        beside = bool(self.step.show) and name not in self.step.show
        return bool(self.covered) and beside and name not in self.lab.never_covered()

    def answer(self, text: str) -> Verdict:
        """Judge an answer to the present question. A right one settles it; nothing moves on by itself."""
        index = self.question_index
        if index is None:
            return Verdict(False, "There is no open question on this step.", understood=False)
        try:
            verdict = check(self.step.questions[index], text, self.lab)
        except (LookupFailed, ControlError) as missing:
            return Verdict(False, f"{_NOT_NOW}: {missing}. {_SET_AGAIN}", understood=False)
        state = self.question_state(index)
        if verdict.understood:
            state.attempts += 1
            state.correct = verdict.correct
            state.last = verdict
            self.journal.record(
                self.lesson.id, "answer", step=self.step.id, question=index, text=text,
                correct=verdict.correct, attempt=state.attempts, hints=state.hints_taken,
            )  # fmt: skip
        return verdict

    def hint(self) -> str:
        """The next hint, or a sentence that says why there is none now. Between two rungs lies an attempt."""
        index = self.question_index
        if index is None:
            return "There is no open question on this step."
        question, state = self.step.questions[index], self.question_state(index)
        untried = state.hints_taken > 0 and state.attempts == state.attempts_at_last_hint
        if state.hints_taken == len(question.hints):
            last = "That was the last hint. Try once more, or skip to see the answer explained."
            return f"{last} {self._hint_text(question, state.hints_taken - 1)}" if untried else last
        if untried:
            return "Try an answer first; then comes the next hint. " + self._hint_text(question, state.hints_taken - 1)
        state.hints_taken += 1
        state.attempts_at_last_hint = state.attempts
        self.journal.record(self.lesson.id, "hint", step=self.step.id, question=index, rung=state.hints_taken)
        return self._hint_text(question, state.hints_taken - 1)

    def skip(self) -> str:
        """Pass over the present question: the answer and its explanation."""
        index = self.question_index
        if index is None:
            return "There is no open question on this step."
        question = self.step.questions[index]
        self.question_state(index).skipped = True
        self.journal.record(self.lesson.id, "skip", step=self.step.id, question=index)
        try:
            answer = f"The answer is {describe_answer(question, self.lab)}."
        except (LookupFailed, ControlError) as missing:
            answer = f"{_NOT_NOW}: {missing}."
        return f"{answer} {fill_for_learner(question.explain, self.lab)}"

    def _hint_text(self, question: Question, rung: int) -> str:
        return f"Hint {rung + 1} of {len(question.hints)}: {fill_for_learner(question.hints[rung], self.lab)}"
