"""The goals of a step as lines for reading aloud."""

from __future__ import annotations

from tutor.course.questions.goals import ALL_REACHED, GoalState
from tutor.course.session import TRY_FIRST, LessonSession
from tutor.language.catalogue import N_, _

HOW = N_("Type hint for a hint, or skip for a solution.")


def goal_states(session: LessonSession) -> tuple[GoalState, ...]:
    """The state of each goal of the step at the last check."""
    return tuple(session.goals.state(session.step, index) for index in range(len(session.step.goals)))


def goal_lines(session: LessonSession) -> tuple[str, ...]:
    """Every goal of the step with its state; no line for a step without goals."""
    goals = session.step.goals
    if not goals:
        return ()
    states = goal_states(session)
    lines = [
        _("Goal {number} of {count} ({progress}): {text}").format(
            number=number, count=len(goals), progress=state.progress, text=session.goals.text(goal)
        )
        for number, (goal, state) in enumerate(zip(goals, states, strict=True), start=1)
    ]
    if session.poses_first:
        lines.insert(0, _(TRY_FIRST))
    return (*lines, _(ALL_REACHED) if all(state.reached for state in states) else _(HOW))


def goal_news(session: LessonSession, before: tuple[GoalState, ...]) -> tuple[str, ...]:
    """Judge the goals: a line for each that was reached since ``before``, or with more or fewer conditions met.

    Also a line if a solution was carried out completely without reaching its goal.
    """
    session.goals.look(session.step)
    lines = []
    reached = False
    for number, (goal, was, state) in enumerate(
        zip(session.step.goals, before, goal_states(session), strict=True), start=1
    ):
        if state.reached and not was.reached:
            lines.append(_("Goal {number} reached: {text}").format(number=number, text=session.goals.text(goal)))
            reached = True
        elif state != was:
            lines.append(_("Goal {number}: {progress}.").format(number=number, progress=state.progress))
    if missed := session.missed_by_solution():
        lines.append(missed)
    return (*lines, _(ALL_REACHED)) if reached and session.goals.first_open(session.step) is None else tuple(lines)
