"""What a learner has done with each step of a lesson, and whether the lesson is done: signs, words, counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from tutor.course.lessons.lesson import StepOutline
from tutor.course.record.standing import GoalKey, QuestionStanding, Standing


class StepState(Enum):
    """How a step stands, with a sign of one cell and a word. The signs differ in ASCII and without colour too."""

    OPEN = ("·", "open")
    """Not opened yet, or it asks what is neither answered nor skipped, or asked again, or has a goal not reached."""
    SEEN = ("○", "seen")
    """Opened; it asks nothing."""
    RIGHT_AT_FIRST = ("✓", "right at first")
    """Every answer was right at the first try, and every goal reached, without a hint."""
    RIGHT_LATER = ("◐", "right later")
    """Right in the end, after a hint or a wrong answer."""
    WRONG = ("✗", "wrong")
    """The last answer was wrong."""
    SKIPPED = ("→", "skipped")
    """Passed over: the answer or a goal's solution was looked at."""

    def __init__(self, sign: str, word: str) -> None:
        self.sign = sign
        self.word = word

    def __str__(self) -> str:
        return f"{self.sign} {self.word}"


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
    """How a lesson stands: its ``steps`` in order, of its ``questions`` those ``answered``, right or wrong, and its
    goals that are open.

    ``wrong`` counts the questions whose last answer was wrong and that were never right, ``skipped`` those passed over
    without an answer. ``asked_again`` has the positions of the steps that are open or wrong only because their
    questions were asked again. That takes nothing back: a lesson that was done stays so.
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
        """How many steps have nothing left to do: seen where they ask nothing, else right, skipped or reached."""
        return sum(
            state not in _UNFINISHED or position in self.asked_again for position, state in enumerate(self.steps)
        )

    @property
    def signs(self) -> str:
        """The steps' signs in order, one cell each."""
        return "".join(step.sign for step in self.steps)

    def words(self) -> str:
        """``done``, ``not begun``, ``3 of 9 answered``; with no question left to try, ``1 wrong, 2 goals open``.

        Where there is nothing else to say, ``2 of 5 seen``.
        """
        if self.done:
            return "done"
        if not self.seen and not self.answered:
            return "not begun"
        if self.answered + self.skipped < self.questions:
            return f"{self.answered} of {self.questions} answered"
        wrong = f"{self.wrong} wrong" if self.wrong else ""
        goals = f"{self.goals_open} goal{'s' if self.goals_open > 1 else ''} open" if self.goals_open else ""
        return ", ".join(filter(None, (wrong, goals))) or f"{self.seen} of {len(self.steps)} seen"


def lesson_state(outline: Sequence[StepOutline], standing: Standing) -> LessonState:
    """How the lesson with these steps stands."""
    asked = [standing.question(step.id, index) for step in outline for index in range(step.questions)]
    steps = tuple(_step_state(step, standing, question_state) for step in outline)
    before = (_step_state(step, standing, _state_before_again) for step in outline)
    return LessonState(
        steps,
        sum(step.id in standing.steps_seen for step in outline),
        len(asked),
        sum(question.tries > 0 for question in asked),
        sum((step.id, index) not in standing.goals for step in outline for index in range(step.goals)),
        frozenset(
            position
            for position, (now, then) in enumerate(zip(steps, before, strict=True))
            if now in _UNFINISHED and then not in _UNFINISHED
        ),
        sum(_state_before_again(question) is StepState.WRONG for question in asked),
        sum(question.skipped and not question.tries for question in asked),
    )


def question_state(question: QuestionStanding) -> StepState:
    """How one question stands; ``OPEN`` where nothing was answered, or nothing since it was asked again."""
    if question.reopened:
        return StepState.WRONG if question.wrong_again else StepState.OPEN
    return _state_before_again(question)


def _state_before_again(question: QuestionStanding) -> StepState:
    if question.right:
        return StepState.RIGHT_AT_FIRST if question.first_try else StepState.RIGHT_LATER
    if question.skipped:
        return StepState.SKIPPED
    return StepState.WRONG if question.tries else StepState.OPEN


def goal_state(standing: Standing, key: GoalKey) -> StepState:
    """How one goal stands; ``OPEN`` where it was never reached."""
    if key not in standing.goals:
        return StepState.OPEN
    return {None: StepState.RIGHT_AT_FIRST, "hint": StepState.RIGHT_LATER}.get(standing.goals[key], StepState.SKIPPED)


def _step_state(
    step: StepOutline, standing: Standing, of_question: Callable[[QuestionStanding], StepState]
) -> StepState:
    """The worst state of what the step asks and sets as goals."""
    asked = [of_question(standing.question(step.id, index)) for index in range(step.questions)]
    asked += [goal_state(standing, (step.id, index)) for index in range(step.goals)]
    if step.id not in standing.steps_seen and not asked:
        return StepState.OPEN
    return min(asked, key=_WORST_FIRST.index, default=StepState.SEEN)
