"""A learner's session in a lesson: position, answers, next steps. Every face drives it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from tutor.course.covered_drawing import without_covered, without_told
from tutor.course.lessons.lesson import Lesson, Question, Step
from tutor.course.lessons.text_numbers import fill_markdown_for_learner
from tutor.course.new_files import write_new
from tutor.course.questions.answer_record import AnswerRecord
from tutor.course.questions.checking import Verdict, answer_in_words, check, describe_answer, fill_for_learner
from tutor.course.questions.draws import draw_controls, numbers_of, put_back
from tutor.course.questions.goals import ALL_REACHED, LessonGoals
from tutor.course.record.calibration import LEVELS, Confidence
from tutor.course.record.journal import Journal
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.lesson_record import LessonRecord
from tutor.course.record.step_states import LessonState
from tutor.course.tensorflow_comparison import TensorFlowComparison
from tutor.course.undo import UndoHistory
from tutor.labs.kit.chart_numbers import Coverable
from tutor.labs.kit.contract import Lab, LabState, NewFile
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import shown
from tutor.labs.kit.places import LookupFailed
from tutor.labs.kit.readouts import Curve, Picture, Readout
from tutor.language.catalogue import N_, _
from tutor.training.keras_program import ProgramStarter
from tutor.training.saved.stored_arrays import stored

BEFORE_SOLUTION = N_("your own lab")
"""What undo brings back after a goal's solution was carried out, as part of a sentence."""
TRY_FIRST = N_("Try it before it is explained.")
"""Stands before the question or the goal of a step that poses its problem first."""
SURE_AND_WRONG = N_("You were sure, so this question comes back first.")
TRY_BEFORE_HINT = N_("Try an answer first; then comes a further hint.")
_NOT_NOW = N_("The answer cannot be computed with the lab's present settings")
_SET_AGAIN = N_("Go back a step and return: this sets the lab up for the question again.")


class NoJournal:
    """Records nothing: for scripts and checks."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Do nothing."""

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Do nothing."""


@dataclass
class QuestionState:
    """The state of one question in this session."""

    attempts: int = 0
    hints_taken: int = 0
    attempts_at_last_hint: int = 0
    correct: bool = False
    skipped: bool = False
    confidence: Confidence | None = None
    last: Verdict | None = None
    answer: AnswerRecord | None = None
    """The question and answer, once the question is settled."""

    @property
    def settled(self) -> bool:
        """Answered right or skipped: the explanation may be shown and the lab uncovered."""
        return self.correct or self.skipped


@dataclass
class LessonSession:
    """One visit to a lesson. ``seed`` draws the numbers of its questions.

    ``progress_before`` is the learner's progress when the visit began: questions settled then are shown again with
    their numbers, and goals reached then stay reached. ``clock`` gives seconds. Files for the learner go to the first
    writable one of ``folders``; there are none in scripts and checks. ``afresh``: each step opens in a lab as new, so
    that its numbers follow from the seed alone.
    """

    lesson: Lesson
    lab: Lab
    seed: int = 0
    journal: Journal = field(default_factory=NoJournal)
    position: int = 0
    start_program: ProgramStarter | None = None
    progress_before: LessonProgress = field(default_factory=LessonProgress)
    clock: Callable[[], float] = time.monotonic
    folders: tuple[Path, ...] = ()
    afresh: bool = False
    _states: dict[tuple[int, int], QuestionState] = field(default_factory=dict)
    _turns: dict[int, int] = field(default_factory=dict)
    _shown_at: float = 0.0
    _before_solution: object | None = None
    _left: dict[int, LabState] = field(default_factory=dict)
    _opened: bool = False

    def __post_init__(self) -> None:
        self._record = LessonRecord(self.lesson, self.progress_before, self.journal)

    @cached_property
    def tensorflow(self) -> TensorFlowComparison | None:
        """The comparison of the lab's numbers with TensorFlow's; None if there is no worker to compute them."""
        return None if self.start_program is None else TensorFlowComparison(self.lab, self.start_program)

    @cached_property
    def undo_history(self) -> UndoHistory:
        """The learner's changes on this step that can be undone."""
        return UndoHistory(self.lab)

    @cached_property
    def goals(self) -> LessonGoals:
        """The goals of the lesson's steps, judged on this lab."""
        return LessonGoals(self.lab, self._record.note, self.progress_before.goals)

    def open(self, position: int = 0) -> None:
        """Go to a step: set the lab as the step says and draw its numbers.

        If a question of the step is settled, the numbers are those it was asked with. A step with goals and no
        questions is restored as the learner left it earlier in this visit.
        """
        self._keep_as_left()
        self.undo_history.forget()
        left_at, self.position = self.position, min(max(position, 0), len(self.lesson.steps) - 1)
        left = self._left.get(self.position)
        if left is not None and self.position != left_at:
            self.lab.restore(left)
        elif not self._put_back_numbers():
            self._forget_answers()
            self._prepare_as_opened()
        self._opened = True
        self.goals.step_opened()
        self._note("step", position=self.position)
        self.question_shown()

    def again(self) -> bool:
        """Ask the questions of this step again, with new numbers if they are drawn; false if none is settled."""
        if not self.has_settled:
            return False
        self._forget_answers()
        self._turns[self.position] = self._turn + 1
        self._note("again")
        self.open(self.position)
        return True

    @property
    def step(self) -> Step:
        """The current step, with the questions of this visit."""
        return self.lesson.steps[self.position].at_visit(self.seed + self._turn)

    @property
    def text(self) -> str:
        """The current step's Markdown with the lab's numbers filled in."""
        return fill_markdown_for_learner(self.step.text, self.lab)

    @property
    def at_end(self) -> bool:
        """Whether this is the last step."""
        return self.position == len(self.lesson.steps) - 1

    def next(self) -> bool:
        """Go one step on; on the last step finish the lesson and return false, or begin again if it has no end.

        Open questions do not hold a learner back; they stay open.
        """
        if self.at_end and not self.lesson.is_numbered:
            self.open(0)
            return True
        if self.at_end:
            self._record.note("finished")
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
        """Go to a step by its id or its number from 1; false if there is no such step."""
        position = self.lesson.position_of(step)
        if position is None:
            return False
        self.open(position)
        return True

    def give_file(self, file: NewFile) -> str:
        """Write a file of the lab for the learner; return a sentence with its path, or with the reason if it failed."""
        return write_new(file, self.folders)

    # Questions

    def question_state(self, index: int) -> QuestionState:
        """The state of question ``index`` of the current step."""
        return self._states.setdefault((self.position, index), self._state_before(index))

    @property
    def poses_first(self) -> bool:
        """Whether the step poses a problem whose explanation is still to come: nothing of it is settled or reached."""
        reached = any(self.goals.state(self.step, index).reached for index in range(len(self.step.goals)))
        return self.step.problem_first and not (reached or self.has_settled or self._turn)

    @property
    def has_settled(self) -> bool:
        """Whether a question of this step is settled."""
        return self._settled_numbers() is not None

    @property
    def state(self) -> LessonState:
        """The state of the lesson and its steps, including earlier visits."""
        return self._record.state

    def question_shown(self) -> None:
        """Start to count the seconds of the open question."""
        self._shown_at = self.clock()

    @property
    def question_index(self) -> int | None:
        """The index of the first question of this step that is not settled; None if there is none."""
        for index in range(len(self.step.questions)):
            if not self.question_state(index).settled:
                return index
        return None

    @property
    def question(self) -> Question | None:
        """The open question; None if there is none."""
        index = self.question_index
        return None if index is None else self.step.questions[index]

    def ask(self, question: Question) -> str:
        """The question's text with the lab's numbers filled in; says so if the lab does not have a number yet."""
        return fill_for_learner(question.ask, self.lab)

    @property
    def covered(self) -> frozenset[str]:
        """The readouts that are covered while a question is open."""
        return frozenset(self.step.hide) if self.question is not None else frozenset()

    def readout(self, name: str) -> Readout:
        """A readout as it is to be seen now: in a drawing, numbers that are kept back elsewhere are covered too."""
        readout = shown(self.lab, name)
        if isinstance(readout, Coverable) and self.covered:
            readout = without_covered(readout, self.lab, self.covered)
        if isinstance(readout, Curve | Picture) and self.covered:
            return without_told(readout, self.lab, self.covered)
        return readout

    @property
    def shown(self) -> tuple[str, ...]:
        """What the step shows, without what has no meaning in the lab's present state."""
        return tuple(filter(self.lab.in_use, self.step.show))

    def keeps_back(self, name: str) -> bool:
        """Whether a readout must not be shown yet: it is covered, or not part of the step while something is covered.

        A readout that the step does not show could give the answer away; the lab names those that never do.
        """
        if name in self.covered:
            return True
        beside = bool(self.step.show) and name not in self.step.show
        return bool(self.covered) and beside and name not in self.lab.never_covered()

    def answer(self, text: str) -> Verdict:
        """Judge an answer to the open question. A right one settles it, without moving on."""
        index = self.question_index
        if index is None:
            return Verdict(False, _("There is no open question on this step."), understood=False)
        try:
            verdict = check(self.step.questions[index], text, self.lab)
        except (LookupFailed, ControlError) as missing:
            # What runs may be what the answer waits for.
            why = (
                _("Not yet: {missing}.").format(missing=missing)
                if self.lab.busy
                else f"{_(_NOT_NOW)}: {missing}. {_(_SET_AGAIN)}"
            )
            return Verdict(False, why, understood=False)
        if not verdict.understood:
            return verdict
        state = self.question_state(index)
        if state.confidence == "sure" and state.attempts == 0 and not verdict.correct:
            verdict = replace(verdict, message=f"{verdict.message} {_(SURE_AND_WRONG)}")
        self._judged(index, text, verdict)
        return verdict

    @property
    def confidence(self) -> Confidence | None:
        """How sure the learner says they are of the answer that they are about to give; None if they say nothing."""
        index = self.question_index
        return self.question_state(index).confidence if index is not None and self.takes_confidence else None

    @property
    def takes_confidence(self) -> bool:
        """Whether the learner may say how sure they are: a question is open, and it has no answer on this visit yet."""
        index = self.question_index
        return index is not None and self.question_state(index).attempts == 0

    def say_confidence(self, confidence: Confidence | None) -> bool:
        """Say how sure of the next answer; None takes it back. False unless ``takes_confidence``."""
        index = self.question_index
        if index is None or not self.takes_confidence:
            return False
        self.question_state(index).confidence = confidence
        return True

    def turn_confidence(self) -> bool:
        """Go on from nothing said to sure, fairly sure, a guess, and back to nothing."""
        turns: tuple[Confidence | None, ...] = (None, *LEVELS)
        return self.say_confidence(turns[(turns.index(self.confidence) + 1) % len(turns)])

    def hint(self) -> str:
        """The next hint, or a sentence that says why there is none now. The next hint requires an attempt."""
        index = self.question_index
        if index is None:
            return _("There is no open question on this step.")
        question, state = self.step.questions[index], self.question_state(index)
        untried = state.hints_taken > 0 and state.attempts == state.attempts_at_last_hint
        if state.hints_taken == len(question.hints):
            last = _("That was the last hint. Try once more, or skip to see the answer explained.")
            return f"{last} {self._hint_text(question, state.hints_taken - 1)}" if untried else last
        if untried:
            return f"{_(TRY_BEFORE_HINT)} {self._hint_text(question, state.hints_taken - 1)}"
        state.hints_taken += 1
        state.attempts_at_last_hint = state.attempts
        self._note("hint", question=index, rung=state.hints_taken, seconds=self._seconds())
        return self._hint_text(question, state.hints_taken - 1)

    @property
    def further_hint(self) -> Literal["", "after a try", "now"]:
        """Whether a hint of the open question was taken and there is a further one; empty if not.

        Hints are offered but not counted: "1 of 3" invites a learner to click through to the last.
        """
        index, question = self.question_index, self.question
        if index is None or question is None:
            return ""
        state = self.question_state(index)
        if not 0 < state.hints_taken < len(question.hints):
            return ""
        return "now" if state.attempts > state.attempts_at_last_hint else "after a try"

    def skip(self) -> str:
        """Skip the open question; return the answer and its explanation."""
        index = self.question_index
        if index is None:
            return _("There is no open question on this step.")
        question, state = self.step.questions[index], self.question_state(index)
        try:
            answer = _("The answer is {answer}.").format(answer=describe_answer(question, self.lab))
        except (LookupFailed, ControlError) as missing:
            answer = f"{_(_NOT_NOW)}: {missing}."
        said = f"{answer} {fill_for_learner(question.explain, self.lab)}"
        state.skipped = True
        state.answer = self._settled(index, "", said)
        self._note(
            "skip", question=index, attempt=state.attempts, hints=state.hints_taken, seconds=self._seconds(),
            **self._asked_with(state.answer),
        )  # fmt: skip
        self.question_shown()
        return said

    def _judged(self, index: int, text: str, verdict: Verdict) -> None:
        """Record an answer that was understood."""
        state = self.question_state(index)
        state.attempts += 1
        first_said = state.confidence if state.attempts == 1 else None
        state.correct = verdict.correct
        state.last = verdict
        answer = self._settled(index, answer_in_words(self.step.questions[index], text), verdict.message)
        self._note(
            "answer", question=index, text=text, read_as=verdict.read_as,
            correct=verdict.correct, mistake=verdict.mistake, slip=verdict.slip,
            attempt=state.attempts, hints=state.hints_taken, seconds=self._seconds(),
            shown=answer.shown, **self._asked_with(answer),
            **({} if first_said is None else {"confidence": first_said}),
            **({"variant": variant} if (variant := self.step.questions[index].variant) else {}),
        )  # fmt: skip
        if verdict.correct:
            state.answer = answer
            self.question_shown()

    def _hint_text(self, question: Question, rung: int) -> str:
        return _("Hint: {hint}").format(hint=fill_for_learner(question.hints[rung], self.lab))

    # Goals

    def solve_goal(self) -> str:
        """Carry out the solution of the first open goal, as one step for undo; return a sentence that says so.

        Starts from a new lab as the step opens, like ``check-lessons``, since other changes by the learner could
        prevent the solution from reaching the goal. Raises ``ControlError`` if the lab refuses it; the lab is then
        unchanged.
        """
        if self.goals.first_open(self.step) is None:
            return _(ALL_REACHED)
        with self.undo_history.recording_all(_(BEFORE_SOLUTION)):
            self._renew_lab()
            self._prepare_as_opened()
            said = self.goals.solve(self.step)
        self._before_solution = self.undo_history.last
        return said

    @property
    def solution_stands(self) -> bool:
        """Whether a goal's solution is the last change that undo can take back."""
        return self._before_solution is not None and self._before_solution is self.undo_history.last

    def missed_by_solution(self) -> str:
        """A sentence, once, if the solution was carried out completely without reaching the goal; else empty."""
        missed = self.goals.missed_by_solution()
        return missed if self.solution_stands else ""

    # State and events

    def _keep_as_left(self) -> None:
        """Keep the lab of a step with goals before another step changes it."""
        if self.step.goals and not self.step.questions and self._opened:
            self.lab.poll()
            state = self.lab.state()
            self._left[self.position] = replace(state, arrays=stored(state.arrays))

    @property
    def _turn(self) -> int:
        """How often this step's questions were asked again in this visit."""
        return self._turns.get(self.position, 0)

    def _prepare_lab(self, numbers: Mapping[str, Any]) -> None:
        """Show the step's token, set and press as the step says, but with these ``numbers``."""
        if self.afresh:
            self._renew_lab()
        if self.step.studio:
            self.lab.show_token(self.step.studio)
        for name, value in self.step.set.items():
            self.lab.set(name, numbers.get(name, value))
        for action in self.step.press:
            self.lab.press(action)

    def _renew_lab(self) -> None:
        new = type(self.lab)()
        self.lab.restore(new.state())
        new.close()

    def _prepare_as_opened(self) -> None:
        """Set and press as the step says, and draw its numbers."""
        self._prepare_lab({})
        draw_controls(self.step, self.lab, self.seed, self.position, self._turn)

    def _put_back_numbers(self) -> bool:
        """Set the lab to the numbers of the settled questions; false if there are none or they no longer fit."""
        numbers = self._settled_numbers()
        if numbers is None:
            return False
        try:
            # Before pressing, so that training uses them, and again afterwards, since pressing may change them.
            self._prepare_lab(numbers)
            return put_back(numbers, self.step, self.lab)
        except ControlError:
            return False

    def _settled(self, index: int, shown: str, said: str) -> AnswerRecord:
        state, asked = self.question_state(index), self.ask(self.step.questions[index])
        confidence = state.confidence if shown and state.attempts == 1 else None
        numbers = numbers_of(self.step, self.lab)
        return AnswerRecord(shown, asked, said, numbers, state.attempts, state.hints_taken, confidence)

    def _asked_with(self, answer: AnswerRecord) -> dict[str, Any]:
        return {
            "asked": answer.asked, "said": answer.said, "numbers": answer.numbers,
            "seed": self.seed, "turn": self._turn,
        }  # fmt: skip

    def _settled_numbers(self) -> Mapping[str, Any] | None:
        """The numbers of the last settled question of this step; None if none is settled."""
        states = [self.question_state(index) for index in range(len(self.step.questions))]
        return next((state.answer.numbers for state in reversed(states) if state.answer is not None), None)

    def _state_before(self, index: int) -> QuestionState:
        """The state of a question of this step before this visit."""
        answer = self.progress_before.question(self.step.id, index).settled
        if answer is None:
            return QuestionState()
        return QuestionState(
            answer.attempts, answer.hints, answer.attempts, not answer.skipped, answer.skipped, answer=answer
        )

    def _forget_answers(self) -> None:
        """Open the settled questions of this step again."""
        for index in range(len(self.step.questions)):
            if self.question_state(index).settled:
                self._states[self.position, index] = QuestionState()

    def _seconds(self) -> float:
        """Seconds since the open question appeared."""
        return round(self.clock() - self._shown_at, 1)

    def _note(self, kind: str, **details: Any) -> None:
        """Record an event of the current step."""
        self._record.note(kind, step=self.step.id, **details)
