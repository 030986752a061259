"""Check goals: each is open when its step opens, and its solution reaches it."""

from __future__ import annotations

from collections.abc import Callable

from tutor.course.lessons.lesson import Condition, Goal, Step
from tutor.course.questions.checking import compute, fill
from tutor.course.questions.draws import CannotDraw
from tutor.course.questions.goals import apply_solution, holds
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed

_LAB_ERRORS = (ControlError, LookupFailed, CannotDraw)

Fault = Callable[[str, str], None]
"""Reports a fault: the key of the goal (empty for the goal itself) and the reason."""


def check_goal_names(goal: Goal, step: Step, lab: Lab, fault: Fault) -> None:
    """Check that the lab has what the solution sets and presses, and that the step shows it."""
    values, actions = [c.name for c in lab.value_controls()], [c.name for c in lab.actions()]
    for names, known, kind in (
        (tuple(goal.solution.set), values, "control that takes a value"),
        (goal.solution.press, actions, "action"),
    ):
        for name in names:
            if name not in known:
                fault("solution", f"there is no {kind} {name!r}; there are {', '.join(known)}")
            elif step.show and name not in step.show:
                fault("solution", f"the step does not show {name!r}: add it to show")
    for condition in goal.when:
        for name in condition.probe.set:
            if name not in values:
                fault("when", f"there is no control that takes a value {name!r}; there are {', '.join(values)}")


def check_goal_is_open(goal: Goal, lab: Lab, fault: Fault) -> None:
    """Check that the texts can be filled and that the goal is not reached as the step opens."""
    for key, text in (("say", goal.say), ("hint", goal.hint)):
        try:
            fill(text, lab)
        except _LAB_ERRORS as error:
            fault(key, f"a placeholder {{…}} cannot be filled: {error}")
    if all(holds(condition, lab) for condition in goal.when):
        fault("when", "the goal is reached as the step opens: there is nothing to do")


def check_solution(goal: Goal, lab: Lab, fault: Fault) -> None:
    """Check that the solution reaches the goal, on a copy of the lab as the step opens."""
    twin = lab.twin()
    try:
        apply_solution(goal, twin)
        missed = [condition for condition in goal.when if not holds(condition, twin)]
        if missed:
            fault("solution", f"it does not reach the goal: {'; '.join(_came_to(each, twin) for each in missed)}")
    except ControlError as error:
        fault("solution", str(error))
    finally:
        twin.close()


def _came_to(condition: Condition, lab: Lab) -> str:
    try:
        value = compute(condition.probe, lab)
    except _LAB_ERRORS as error:
        return str(error)
    changes = ", ".join(f"{name} = {given}" for name, given in condition.probe.set.items())
    with_changes = f" with {changes}" if changes else ""
    return f"{condition.probe.read}{with_changes} is {value if isinstance(value, str) else f'{value:.9g}'}"
