"""Measure what an exercise's checker tells simulated programs: its bugs, generic slips, and programs that are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import combinations
from typing import Literal

from tutor.practice.bank import Bank, same_behaviour
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.inputs import arguments, fresh
from tutor.practice.readings import read_outcome
from tutor.practice.runner.client import Call, Runner
from tutor.practice.teaching.hints import HintRule, hint_faults
from tutor.practice.teaching.slips import program_slips, renamed
from tutor.practice.verdict import Verdict

RANDOM_INPUTS, AT_ONCE = 100, 25
"""On how many inputs of its own a slip that passes as right is compared with the solution, and how many a message."""
_SEED, _OTHER_SEED = 2024, 4048

Said = Literal["bug", "relation", "form", "failure", "step", "number"]
"""What is said of a wrong program. From the most to the least: a known bug; how all the numbers relate to the right
ones; another shape, kind or number of values; the line where it stops, with its error; the first wrong number in a
variable on the way; the first wrong number of what is returned, with its arithmetic.
"""
MORE: tuple[Said, ...] = ("bug", "relation", "form", "failure", "step")
"""What says more than that a number of what is returned differs."""


@dataclass
class ExercisesTaught:
    """Counts over some exercises. Each share is two of them; a sentence for each program that was told falsely."""

    exercises: int = 0
    declared: int = 0
    declared_named: int = 0
    slips: int = 0
    slips_found: int = 0
    slips_alike: int = 0
    """Those that do on every input what the solution does, and are none: not among ``slips``."""
    said: Counter[Said] = field(default_factory=Counter)
    right_programs: int = 0
    told_wrong: list[str] = field(default_factory=list)
    unnamed_bugs: list[str] = field(default_factory=list)
    told_right: list[str] = field(default_factory=list)
    pairs: int = 0
    pairs_alike: list[str] = field(default_factory=list)
    hints: Counter[HintRule] = field(default_factory=Counter)

    def __iadd__(self, other: ExercisesTaught) -> ExercisesTaught:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self


def exercise_taught(exercise: Exercise, checker: Checker, runner: Runner) -> ExercisesTaught:
    """Check every simulated program of the exercise as a learner's; ``runner`` runs those that pass once more.

    Raises ``RunnerGone``.
    """
    total = ExercisesTaught(exercises=1, hints=Counter(fault.rule for fault in hint_faults(exercise)))
    _check_bugs(exercise, checker, total)
    _check_slips(exercise, checker, runner, total)
    for name, source in right_programs(exercise):
        total.right_programs += 1
        verdict = checker.check(exercise, source, _SEED)
        if verdict.word != "right":
            total.told_wrong.append(f"{name} is told that it is wrong: {verdict.say}")
    _compare_bugs(exercise, checker.bank(exercise), total)
    return total


def right_programs(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """The programs that are right, with what each is: both solutions, as they are and with names of one's own."""
    for name, source in (("solution.py", exercise.solution), ("another.py", exercise.another)):
        yield name, source
        yield f"{name} with other names", renamed(source)


def what_is_said(exercise: Exercise, verdict: Verdict) -> Said:
    """Which kind of thing a verdict says of a program that is wrong."""
    if verdict.word == "bug":
        return "bug"
    if verdict.word == "error":
        return "failure"
    if verdict.where is None:
        return "form"
    if verdict.where.like:
        return "relation"
    return "number" if verdict.where.name in exercise.returns else "step"


def _check_bugs(exercise: Exercise, checker: Checker, total: ExercisesTaught) -> None:
    for bug in exercise.bugs:
        total.declared += 1
        verdict = checker.check(exercise, bug.applied(exercise.solution) or "", _SEED)
        if verdict.bugs == (bug.id,) and verdict.say == bug.say:
            total.declared_named += 1
        else:
            total.unnamed_bugs.append(f"the bug {bug.id!r} is told: {verdict.say}")


def _check_slips(exercise: Exercise, checker: Checker, runner: Runner, total: ExercisesTaught) -> None:
    for slip in program_slips(exercise):
        verdict = checker.check(exercise, slip.source, _SEED)
        if verdict.word != "right":
            total.slips += 1
            total.slips_found += 1
            total.said[what_is_said(exercise, verdict)] += 1
        elif does_the_same(exercise, slip.source, runner):
            total.slips_alike += 1
        else:
            total.slips += 1
            total.told_right.append(f"{slip.rule} on line {slip.line} passes as right:\n{slip.source}")


def does_the_same(exercise: Exercise, source: str, runner: Runner) -> bool:
    """Whether the program does what the solution does on inputs that no check has drawn."""
    inputs = fresh(exercise, _OTHER_SEED, RANDOM_INPUTS if exercise.inputs else 1)
    for at in range(0, len(inputs), AT_ONCE):
        calls = [arguments(each) for each in inputs[at : at + AT_ONCE]]
        got, right = (
            [_result(call) for call in read_outcome(exercise.read, run).calls]
            for run in (runner.run(text, exercise.function, calls) for text in (source, exercise.solution))
        )
        if not same_behaviour(got, right, exercise.tolerance):
            return False
    return True


def _result(call: Call) -> Call:
    """The call with what it returns alone."""
    return replace(call, locals={})


def _compare_bugs(exercise: Exercise, bank: Bank, total: ExercisesTaught) -> None:
    alone = [each for each in bank.behaviours if len(each.bugs) == 1]
    for one, other in combinations(alone, 2):
        total.pairs += 1
        if same_behaviour(one.calls, other.calls, exercise.tolerance):
            total.pairs_alike.append(f"the bugs {one.bugs[0]!r} and {other.bugs[0]!r} do the same")
