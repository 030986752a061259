"""The state of each step of a lesson, and whether the lesson is done: signs, words, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from tutor.course.lessons.lesson import StepOutline
from tutor.course.record.lesson_progress import GoalKey, LessonProgress, QuestionProgress
from tutor.language.catalogue import N_, _, ngettext


class StepState(Enum):
    """The state of a step, with a sign of one cell and a word. The signs also differ in ASCII and without colour."""

    OPEN = ("·", N_("open"))
    """Not opened yet, or with a question neither answered nor skipped, or asked again, or with an open goal."""
    SEEN = ("○", N_("seen"))
    """Opened; it has no questions or goals."""
    RIGHT_AT_FIRST = ("✓", N_("right at first"))
    """Every answer was right at the first try and every goal was reached, without a hint."""
    RIGHT_LATER = ("◐", N_("right later"))
    """Right in the end, after a hint or a wrong answer."""
    WRONG = ("✗", N_("wrong"))
    """The last answer was wrong."""
    SKIPPED = ("→", N_("skipped"))
    """Skipped: the learner looked at the answer or at a goal's solution."""

    def __init__(self, sign: str, word: str) -> None:
        self.sign = sign
        self.word = word

    def __str__(self) -> str:
        return f"{self.sign} {_(self.word)}"


LEGEND = tuple((state.sign, state.word) for state in StepState)
"""The signs and what they mean, for a help text."""

LEFT = (StepState.OPEN, StepState.WRONG, StepState.SKIPPED)
"""The states of steps worth going back to."""

_UNFINISHED = frozenset({StepState.OPEN, StepState.WRONG})
_WORST_FIRST = (
    StepState.OPEN, StepState.WRONG, StepState.SKIPPED, StepState.RIGHT_LATER, StepState.RIGHT_AT_FIRST,
)  # fmt: skip


@dataclass(frozen=True)
class LessonState:
    """The state of a lesson: its ``steps`` in order, how many of its ``questions`` are ``answered``, right or wrong,
    and how many goals are open.

    ``wrong`` counts the questions whose last answer was wrong and that were never right, ``skipped`` those skipped
    without an answer. ``asked_again`` holds the positions of the steps that are open or wrong only because their
    questions were asked again; a lesson that was done stays done.
    """

    steps: tuple[StepState, ...]
    seen: int
    questions: int
    answered: int
    goals_open: int = 0
    asked_again: frozenset[int] = frozenset()
    wrong: int = 0
    skipped: int = 0

    @property
    def done(self) -> bool:
        """Whether every step was seen, every question was right or skipped, and every goal reached."""
        return bool(self.steps) and self.seen == len(self.steps) == self.steps_done

    @property
    def steps_done(self) -> int:
        """How many steps are complete: seen if they ask nothing, else right, skipped or reached."""
        return sum(
            state not in _UNFINISHED or position in self.asked_again for position, state in enumerate(self.steps)
        )

    @property
    def signs(self) -> str:
        """The steps' signs in order, one cell each."""
        return "".join(step.sign for step in self.steps)

    def words(self) -> str:
        """``done``, ``not begun``, ``3 of 9 answered``; with no question left to try, ``1 wrong, 2 goals open``.

        Otherwise ``2 of 5 seen``.
        """
        if self.done:
            return _("done")
        if not self.seen and not self.answered:
            return _("not begun")
        if self.answered + self.skipped < self.questions:
            return _("{answered} of {questions} answered").format(answered=self.answered, questions=self.questions)
        wrong = _("{wrong} wrong").format(wrong=self.wrong) if self.wrong else ""
        goals = _open_goals(self.goals_open) if self.goals_open else ""
        return ", ".join(filter(None, (wrong, goals))) or _("{seen} of {count} seen").format(
            seen=self.seen, count=len(self.steps)
        )


def lesson_state(outline: Sequence[StepOutline], progress: LessonProgress) -> LessonState:
    """The state of the lesson with these steps."""
    asked = [progress.question(step.id, index) for step in outline for index in range(step.questions)]
    steps = tuple(_step_state(step, progress, question_state) for step in outline)
    reopened = any(question.reopened for question in asked)
    before = [_step_state(step, progress, _state_before_again) for step in outline] if reopened else steps
    return LessonState(
        steps,
        sum(step.id in progress.steps_seen for step in outline),
        len(asked),
        sum(question.tries > 0 for question in asked),
        sum((step.id, index) not in progress.goals for step in outline for index in range(step.goals)),
        frozenset(
            position
            for position, (now, then) in enumerate(zip(steps, before, strict=True))
            if now in _UNFINISHED and then not in _UNFINISHED
        ),
        sum(_state_before_again(question) is StepState.WRONG for question in asked),
        sum(question.skipped and not question.tries for question in asked),
    )


def question_state(question: QuestionProgress) -> StepState:
    """The state of one question; ``OPEN`` if it was not answered, or not since it was asked again."""
    if question.reopened:
        return StepState.WRONG if question.wrong_again else StepState.OPEN
    return _state_before_again(question)


def _state_before_again(question: QuestionProgress) -> StepState:
    if question.right:
        return StepState.RIGHT_AT_FIRST if question.first_try else StepState.RIGHT_LATER
    if question.skipped:
        return StepState.SKIPPED
    return StepState.WRONG if question.tries else StepState.OPEN


def goal_state(progress: LessonProgress, key: GoalKey) -> StepState:
    """The state of one goal; ``OPEN`` if it was never reached."""
    if key not in progress.goals:
        return StepState.OPEN
    return {None: StepState.RIGHT_AT_FIRST, "hint": StepState.RIGHT_LATER}.get(progress.goals[key], StepState.SKIPPED)


def _step_state(
    step: StepOutline, progress: LessonProgress, of_question: Callable[[QuestionProgress], StepState]
) -> StepState:
    """The worst state among the step's questions and goals."""
    asked = [of_question(progress.question(step.id, index)) for index in range(step.questions)]
    asked += [goal_state(progress, (step.id, index)) for index in range(step.goals)]
    if step.id not in progress.steps_seen and not asked:
        return StepState.OPEN
    return min(asked, key=_WORST_FIRST.index, default=StepState.SEEN)


def _open_goals(count: int) -> str:
    return ngettext("{count} goal open", "{count} goals open", count).format(count=count)
