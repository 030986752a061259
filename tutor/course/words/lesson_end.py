"""The end of a lesson in words: what was done, and which steps are worth going back to."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.course.lessons.lesson import Lesson
from tutor.course.record.step_states import LEFT, LessonState, StepState
from tutor.language.catalogue import _


@dataclass(frozen=True)
class StepLeft:
    """A step that is open, wrong or skipped: its position from 0, its title and its state."""

    position: int
    title: str
    state: StepState

    @property
    def name(self) -> str:
        """Its number, from 1, and its title."""
        return f"{self.position + 1} {self.title}"


def steps_left(lesson: Lesson, state: LessonState) -> tuple[StepLeft, ...]:
    """The steps that are open, wrong or skipped, in the lesson's order."""
    return tuple(
        StepLeft(position, step.title, one)
        for position, (step, one) in enumerate(zip(lesson.steps, state.steps, strict=True))
        if one in LEFT
    )


def counts(state: LessonState) -> str:
    """The numbers of steps seen and questions answered, in a sentence."""
    seen = _("Steps seen: {seen} of {count}.").format(seen=state.seen, count=len(state.steps))
    return (
        _("{seen} Questions answered: {answered} of {questions}.").format(
            seen=seen, answered=state.answered, questions=state.questions
        )
        if state.questions
        else seen
    )


def by_state(left: tuple[StepLeft, ...]) -> tuple[tuple[StepState, str], ...]:
    """Each state of these steps with the steps' names: open, ``3 The bias, 5 The output``."""
    return tuple(
        (state, ", ".join(step.name for step in left if step.state is state))
        for state in LEFT
        if any(step.state is state for step in left)
    )


def end_lines(lesson: Lesson, state: LessonState) -> tuple[str, ...]:
    """The lines after the last step, for faces that print."""
    left = steps_left(lesson, state)
    end = _("That was the last step: the lesson is done.") if state.done else _("That was the last step.")
    to_the_first = (
        (_("Type step {position} to go to the first of them.").format(position=left[0].position + 1),) if left else ()
    )
    states = (f"  {_(one.word)}: {names}" for one, names in by_state(left))
    return (end, counts(state), *states, *to_the_first)
