"""The behaviour of an exercise's solution and of each known bug, alone and two at a time, on the same inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from tutor.practice.comparing import same_entry
from tutor.practice.exercise import Exercise
from tutor.practice.inputs import arguments, probes
from tutor.practice.readings import read_outcome
from tutor.practice.runner.client import Call, Failure, Runner

PROGRAMS_AT_ONCE = 25
"""Forty bugs have 780 pairs. All of them together would take longer than a run may; this many take a fifth of a second,
and still are in time on a machine where a whole class checks.
"""
_RAN = ("ok", "error", "no function")
"""The ends of a program that leave the others of its process alone."""


@dataclass(frozen=True)
class Behaviour:
    """What a program with these bugs does on each of the inputs; no bugs for the solution."""

    bugs: tuple[str, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Bank:
    """The inputs, and the behaviours: the solution's, each bug's, each pair's.

    If ``ended`` is not ``ok`` (see ``Outcome``), the programs did not run, and nothing can be judged by it.
    """

    inputs: tuple[dict[str, Any], ...]
    behaviours: tuple[Behaviour, ...]
    ended: str = "ok"

    @property
    def solution(self) -> Behaviour:
        """The solution's."""
        return self.behaviours[0]

    def same(self, calls: Sequence[Call], tolerance: float) -> list[Behaviour]:
        """The behaviours that these calls show on every input, those with the fewest bugs first.

        If there is none, those that they show apart from arguments that they change in place: that is a fault by
        itself, and hides none.
        """
        exact = [each for each in self.behaviours if same_behaviour(calls, each.calls, tolerance)]
        if exact or not any(call.changed for call in calls):
            return exact
        kept = [replace(call, changed=()) for call in calls]
        return [each for each in self.behaviours if same_behaviour(kept, each.calls, tolerance)]


def build_bank(exercise: Exercise, runner: Runner) -> Bank:
    """Run the solution and all bugs. Raises ``RunnerGone``."""
    inputs = probes(exercise)
    programs: dict[tuple[str, ...], str] = {(): exercise.solution}
    for bug in exercise.bugs:
        if (changed := bug.applied(exercise.solution)) is not None:
            programs[(bug.id,)] = changed
    for first, second in combinations(exercise.bugs, 2):
        one = first.applied(exercise.solution)
        both = second.applied(one) if one is not None else None
        if both is not None:
            programs[(first.id, second.id)] = both
    sources, calls = list(programs.values()), [arguments(each) for each in inputs]
    outcomes = [
        read_outcome(exercise.read, outcome) for at in range(0, len(sources), PROGRAMS_AT_ONCE)
        for outcome in runner.run_all(sources[at : at + PROGRAMS_AT_ONCE], exercise.function, calls)
    ]  # fmt: skip
    return Bank(
        tuple(inputs),
        tuple(Behaviour(bugs, each.calls) for bugs, each in zip(programs, outcomes, strict=True)),
        next((each.ended for each in outcomes if each.ended not in _RAN), "ok"),
    )


def same_behaviour(calls: Sequence[Call], others: Sequence[Call], tolerance: float) -> bool:
    """Whether two programs do the same on every input: return the same numbers, or fail in the same way."""
    return len(calls) == len(others) and all(_same_call(a, b, tolerance) for a, b in zip(calls, others, strict=True))


def _same_call(call: Call, other: Call, tolerance: float) -> bool:
    if call.failure is not None or other.failure is not None:
        return call.failure is not None and other.failure is not None and _same_failure(call.failure, other.failure)
    return call.changed == other.changed and _same_value(call.value, other.value, tolerance)


def _same_failure(failure: Failure, other: Failure) -> bool:
    # NumPy says the same fault in many ways. Keras has one sentence for each, under one type.
    told = failure.keras and other.keras
    return failure.type == other.type and (failure.message == other.message or not told)


def _same_value(value: Any, other: Any, tolerance: float) -> bool:
    if isinstance(value, tuple | list) and isinstance(other, tuple | list):
        pairs = zip(value, other, strict=False)
        return len(value) == len(other) and all(_same_value(a, b, tolerance) for a, b in pairs)
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(_same_value(value[key], other[key], tolerance) for key in value)
    return same_entry(value, other, tolerance)
