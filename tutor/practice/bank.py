"""The behaviour of an exercise's solution and of each known bug, alone and two at a time, on the same inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.practice.comparing import as_numbers, close, same_entry
from tutor.practice.exercise import Exercise
from tutor.practice.inputs import arguments, probes
from tutor.practice.readings import read_outcome
from tutor.practice.runner.client import Call, Failure, Runner

PROGRAMS_AT_ONCE = 50
"""Forty bugs have 780 pairs. All of them together would take longer than a run may; this many take a tenth of a second,
and still are in time on a machine where a whole class checks. A check in between waits for no more than these.
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
    """The inputs, and the behaviours: the solution's, each bug's, and in a ``whole`` bank each pair's.

    If ``ended`` is not ``ok`` (see ``Outcome``), the programs did not run, and nothing can be judged by it.
    """

    inputs: tuple[dict[str, Any], ...]
    behaviours: tuple[Behaviour, ...]
    ended: str = "ok"
    whole: bool = True

    @property
    def solution(self) -> Behaviour:
        """The solution's."""
        return self.behaviours[0]

    def same(self, calls: Sequence[Call], tolerance: float) -> list[Behaviour]:
        """The behaviours that these calls show on every input, those with the fewest bugs first.

        If there is none, those that they show apart from arguments that they change in place: that is a fault by
        itself, and hides none. And if there is none either, the only bug that they show wherever it gives numbers: a
        division by 0 that is guarded leaves the bug what it is.
        """
        # What always fails, as a pair that does not fit together may, is like every other program that fails.
        told = [each for each in self.behaviours if any(map(_tells, each.calls))]
        exact = [each for each in told if same_behaviour(calls, each.calls, tolerance)]
        kept = [replace(call, changed=()) for call in calls]
        if not exact and any(call.changed for call in calls):
            exact = [each for each in told if same_behaviour(kept, each.calls, tolerance)]
        if exact:
            return exact
        single = [each for each in told if len(each.bugs) == 1]
        finite = [each for each in single if _same_where_finite(kept, each.calls, self.solution.calls, tolerance)]
        return finite if len(finite) == 1 else []


def build_bank(exercise: Exercise, runner: Runner) -> Bank:
    """Run the solution and all bugs, alone and two at a time. Raises ``RunnerGone``."""
    return with_pairs(exercise, bank_of_one(exercise, runner), runner)


def bank_of_one(exercise: Exercise, runner: Runner) -> Bank:
    """Run the solution and each bug alone, which is soon done. Raises ``RunnerGone``."""
    programs: dict[tuple[str, ...], str] = {(): exercise.solution}
    for bug in exercise.bugs:
        if (changed := bug.applied(exercise.solution)) is not None:
            programs[(bug.id,)] = changed
    inputs = tuple(probes(exercise))
    return Bank(inputs, *_run(exercise, programs, inputs, runner), whole=False)


def with_pairs(exercise: Exercise, bank: Bank, runner: Runner) -> Bank:
    """The whole bank: run each two bugs too, unless those alone did not run. Raises ``RunnerGone``."""
    if bank.ended != "ok":
        return bank
    programs: dict[tuple[str, ...], str] = {}
    for first, second in combinations(exercise.bugs, 2):
        one = first.applied(exercise.solution)
        both = second.applied(one) if one is not None else None
        if both is not None:
            programs[(first.id, second.id)] = both
    behaviours, ended = _run(exercise, programs, bank.inputs, runner)
    return Bank(bank.inputs, bank.behaviours + behaviours, ended)


def _run(
    exercise: Exercise, programs: Mapping[tuple[str, ...], str], inputs: Sequence[dict[str, Any]], runner: Runner
) -> tuple[tuple[Behaviour, ...], str]:
    """What each program does with each of the inputs, and how they ended."""
    sources, calls = list(programs.values()), [arguments(each) for each in inputs]
    outcomes = [
        read_outcome(exercise.read, outcome) for at in range(0, len(sources), PROGRAMS_AT_ONCE)
        for outcome in runner.run_all(
            sources[at : at + PROGRAMS_AT_ONCE], exercise.function, calls, (), False, of_strangers=bool(exercise.pack)
        )
    ]  # fmt: skip
    behaviours = tuple(Behaviour(bugs, each.calls) for bugs, each in zip(programs, outcomes, strict=True))
    return behaviours, next((each.ended for each in outcomes if each.ended not in _RAN), "ok")


def _tells(call: Call) -> bool:
    """Whether it is told from other calls: a failure of Keras is by its message, one of Python or NumPy is not."""
    return call.failure is None or call.failure.distinct


def same_behaviour(calls: Sequence[Call], others: Sequence[Call], tolerance: float) -> bool:
    """Whether two programs do the same on every input: return the same numbers, or fail in the same way."""
    return len(calls) == len(others) and all(_same_call(a, b, tolerance) for a, b in zip(calls, others, strict=True))


def _same_call(call: Call, other: Call, tolerance: float) -> bool:
    if call.failure is not None or other.failure is not None:
        return call.failure is not None and other.failure is not None and _same_failure(call.failure, other.failure)
    return call.changed == other.changed and _same_value(call.value, other.value, tolerance)


def _same_failure(failure: Failure, other: Failure) -> bool:
    # NumPy says the same fault in many ways. Keras has one sentence for each, under one type.
    told = failure.distinct and other.distinct
    return failure.type == other.type and (failure.message == other.message or not told)


def _same_value(value: Any, other: Any, tolerance: float) -> bool:
    if isinstance(value, tuple | list) and isinstance(other, tuple | list):
        pairs = zip(value, other, strict=False)
        return len(value) == len(other) and all(_same_value(a, b, tolerance) for a, b in pairs)
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(_same_value(value[key], other[key], tolerance) for key in value)
    return same_entry(value, other, tolerance)


def _same_where_finite(calls: Sequence[Call], bug: Sequence[Call], solution: Sequence[Call], tolerance: float) -> bool:
    """Whether calls give the numbers of a bug wherever those are finite, on most inputs, and wrong on some of them."""
    compared = wrong = 0
    for call, known, right in zip(calls, bug, solution, strict=True):
        if known.failure is not None:
            continue
        values, numbers, rights = _arrays(call.value), _arrays(known.value), _arrays(right.value)
        if call.failure is not None or [each.shape for each in values] != [each.shape for each in numbers]:
            return False
        finite = [np.isfinite(each) for each in numbers]
        if not all(close(a[at], b[at], tolerance).all() for a, b, at in zip(values, numbers, finite, strict=True)):
            return False
        alike = [b.shape == c.shape and close(b[at], c[at], tolerance).all()
                 for b, c, at in zip(numbers, rights, finite, strict=False)]  # fmt: skip
        compared += any(at.any() for at in finite)
        wrong += not all(alike)
    return 2 * compared > len(calls) and wrong > 1


def _arrays(value: Any) -> list[NDArray[Any]]:
    parts = value if isinstance(value, tuple | list) else (value,)
    numbers = [as_numbers(each) for each in parts]
    return [each for each in numbers if each is not None]
