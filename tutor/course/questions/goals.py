"""Goals: judge whether the lab has reached them, give hints and solutions, remember those reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from tutor.course.lessons.lesson import Condition, Goal, Step
from tutor.course.questions.checking import compute, fill_for_learner
from tutor.course.questions.solution_text import solution_in_words, solution_lines
from tutor.course.record.lesson_progress import GoalKey
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed
from tutor.language.catalogue import N_, _

ALL_REACHED = N_("Every goal of this step is reached.")


class Note(Protocol):
    """Records that a goal was reached."""

    def __call__(self, kind: str, **details: object) -> None:
        """Record an event of the lesson."""


@dataclass(frozen=True)
class GoalState:
    """The state of one goal: ``holding`` of its ``conditions`` were met at the last check."""

    reached: bool
    holding: int
    conditions: int

    @property
    def progress(self) -> str:
        """``reached``, ``3 of 4 met`` for several conditions, or ``open`` for a single one."""
        if self.reached:
            return "reached"
        return (
            _("{holding} of {conditions} met").format(holding=self.holding, conditions=self.conditions)
            if self.conditions > 1
            else "open"
        )


def holds(condition: Condition, lab: Lab) -> bool:
    """Whether the current lab meets the condition; false if it has no such number. Leaves the lab unchanged."""
    try:
        value = compute(condition.probe, lab)
    except (LookupFailed, ControlError):
        return False
    if isinstance(value, str) or isinstance(condition.equals, str):
        return value == condition.equals
    return (
        (condition.equals is None or abs(value - condition.equals) <= condition.probe.within)
        and (condition.above is None or value > condition.above)
        and (condition.below is None or value < condition.below)
        and (condition.at_least is None or value >= condition.at_least)
        and (condition.at_most is None or value <= condition.at_most)
    )


class LessonGoals:
    """The goals of a lesson on a visit. A goal once reached stays reached, also on later visits.

    ``reached`` holds the goals of earlier visits.
    """

    def __init__(self, lab: Lab, note: Note, reached: Collection[GoalKey] = ()) -> None:
        self._lab, self._note = lab, note
        self._reached = set(reached)
        self._holding: dict[GoalKey, tuple[bool, ...]] = {}
        self._hinted: set[GoalKey] = set()
        self._solution_told: set[GoalKey] = set()
        self._told_now: GoalKey | None = None
        self._carried_out: GoalKey | None = None

    def step_opened(self) -> None:
        """Forget the progress towards open goals: the lab has changed."""
        self._holding.clear()
        self._told_now = self._carried_out = None

    def look(self, step: Step) -> tuple[int, ...]:
        """Judge the step's open goals on the current lab; return the indices of those just reached, from 0.

        While the lab trains, conditions that need a copy of the lab keep their last result.
        """
        busy = self._lab.busy
        reached_now = []
        for index, goal in enumerate(step.goals):
            key = (step.id, index)
            if key in self._reached:
                continue
            before = self._holding.get(key, (False,) * len(goal.when))
            waits = [busy and condition.needs_a_copy for condition in goal.when]
            now = tuple(
                seen if wait else holds(condition, self._lab)
                for condition, seen, wait in zip(goal.when, before, waits, strict=True)
            )
            self._holding[key] = now
            if all(now) and not any(waits):
                self._reach(key)
                reached_now.append(index)
        return tuple(reached_now)

    def was_helped(self, step: Step, index: int) -> bool:
        """Whether its hint or its solution was shown on this visit."""
        return (step.id, index) in self._hinted | self._solution_told

    def state(self, step: Step, index: int) -> GoalState:
        """The state of goal ``index`` of the step at the last check."""
        key, count = (step.id, index), len(step.goals[index].when)
        reached = key in self._reached
        return GoalState(reached, count if reached else sum(self._holding.get(key, ())), count)

    def first_open(self, step: Step) -> int | None:
        """The first goal of the step that is not reached; None if all are or there are none."""
        return next((i for i in range(len(step.goals)) if (step.id, i) not in self._reached), None)

    def text(self, goal: Goal) -> str:
        """The goal's task, with the lab's numbers filled in."""
        return fill_for_learner(goal.say, self._lab)

    def hint(self, step: Step) -> str:
        """The hint for the first open goal of the step."""
        index = self.first_open(step)
        if index is None:
            return _(ALL_REACHED)
        self._hinted.add((step.id, index))
        return _("Hint for goal {index}: {hint}").format(
            index=index + 1, hint=fill_for_learner(step.goals[index].hint, self._lab)
        )

    def solution_is_told(self, step: Step) -> bool:
        """Whether the solution of the first open goal was shown since the step opened, so that ``solve`` may follow."""
        index = self.first_open(step)
        return index is not None and self._told_now == (step.id, index)

    def tell_solution(self, step: Step, typed: bool = False) -> str:
        """A solution of the first open goal of the step: in words or, if ``typed``, in the line language."""
        index = self.first_open(step)
        if index is None:
            return _(ALL_REACHED)
        self._told_now = (step.id, index)
        self._solution_told.add(self._told_now)
        solution = step.goals[index].solution
        told = (
            _(", then ").join(solution_lines(solution, self._lab)) if typed else solution_in_words(solution, self._lab)
        )
        return _("A solution of goal {index}: {told}").format(index=index + 1, told=told)

    def solve(self, step: Step) -> str:
        """Carry out the solution of the first open goal; return a sentence that says so.

        Raises ``ControlError`` if the lab refuses it now.
        """
        index = self.first_open(step)
        if index is None:
            return _(ALL_REACHED)
        self._solution_told.add((step.id, index))
        apply_solution(step.goals[index], self._lab)
        self._carried_out = (step.id, index)
        return _("The solution of goal {index} is set in the lab.").format(index=index + 1)

    def missed_by_solution(self) -> str:
        """A sentence, once, if the lab has finished after ``solve`` and the goal is not reached.

        Call after ``look``. Empty if the goal is reached, while the lab trains, and after the first time.
        """
        if self._carried_out is None or (self._lab.busy and self._carried_out not in self._reached):
            return ""
        key, self._carried_out = self._carried_out, None
        return (
            ""
            if key in self._reached
            else _("The solution was carried out, but goal {key} is not reached.").format(key=key[1] + 1)
        )

    def _reach(self, key: GoalKey) -> None:
        self._reached.add(key)
        self._note(
            "goal", step=key[0], goal=key[1],
            hint=key in self._hinted, solution=key in self._solution_told,
        )  # fmt: skip


def apply_solution(goal: Goal, lab: Lab) -> None:
    """Set and press as the goal's solution says; raises ``ControlError``."""
    for name, value in goal.solution.set.items():
        lab.set(name, value)
    for action in goal.solution.press:
        lab.press(action)
