"""Proves an exercise: its start is refused, its solutions are right, each bug is seen and told from every other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tutor.course.lessons.loader import read_summaries
from tutor.course.words.source_text import NoSource, named_source
from tutor.practice.bank import Bank, same_behaviour
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.teaching.hints import placed_hint_faults
from tutor.resources import lessons_folder

RANDOM_INPUTS, AT_ONCE = 200, 25
"""How many are drawn, and how many go to the program in one message, which has a limit."""
_SEED = 12345


def faults_of(exercise: Exercise, checker: Checker) -> Iterator[str]:
    """A sentence for each fault."""
    yield from _unknown_step(exercise)
    yield from placed_hint_faults(exercise)
    start = checker.check(exercise, exercise.start, _SEED)
    if start.word == "right":
        yield "start.py passes as right: nothing is left to write"
    for name, source in (("solution.py", exercise.solution), ("another.py", exercise.another)):
        for part in range(RANDOM_INPUTS // AT_ONCE):
            verdict = checker.check(exercise, source, _SEED + part, AT_ONCE)
            if verdict.word != "right":
                yield f"{name} is not right: {verdict.say}"
                break
    for bug in exercise.bugs:
        # On the inputs of every check alone: fresh ones may show a bug or not.
        verdict = checker.check(exercise, bug.applied(exercise.solution) or "", _SEED, 0)
        if verdict.bugs != (bug.id,):
            found = f"named {' and '.join(verdict.bugs)}" if verdict.bugs else f"called {verdict.word}"
            yield f"the bug {bug.id!r} is {found}: no input tells them apart"
    yield from _missing_sources(exercise)
    yield from _unknown_names(checker.bank(exercise))
    yield from _pairs_alike(exercise, checker.bank(exercise))


def _unknown_step(exercise: Exercise) -> Iterator[str]:
    """A sentence if the lesson, one of those shipped, lacks the step whose lab stands beside the editor."""
    for lesson in read_summaries(lessons_folder()):
        steps = [step.id for step in lesson.outline]
        if lesson.id == exercise.lesson and exercise.step and exercise.step not in steps:
            yield f"the lesson {lesson.id!r} has no step {exercise.step!r}; it has {', '.join(steps)}"


def _missing_sources(exercise: Exercise) -> Iterator[str]:
    """A sentence for each piece of this program that the exercise names and that is not there."""
    for name in exercise.engine:
        try:
            named_source(name)
        except NoSource as error:
            yield f"exercise.toml: 'engine' names {name!r}, but {error}"


def _unknown_names(bank: Bank) -> Iterator[str]:
    """A sentence for each bug that uses a name which solution.py does not have: a slip in the bug itself."""
    for behaviour in bank.behaviours:
        failures = [call.failure for call in behaviour.calls if call.failure is not None]
        unknown = [failure.message for failure in failures if failure.type == "NameError"]
        if len(behaviour.bugs) == 1 and unknown:
            yield f"the bug {behaviour.bugs[0]!r} does not run: {unknown[0]}"


def _pairs_alike(exercise: Exercise, bank: Bank) -> Iterator[str]:
    """A sentence for each two pairs of bugs that do the same, unless one bug hides others in both."""
    pairs = [each for each in bank.behaviours if len(each.bugs) == 2]
    singles = [each for each in bank.behaviours if len(each.bugs) < 2]
    hidden: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for pair in pairs:
        for single in singles:
            if same_behaviour(pair.calls, single.calls, exercise.tolerance):
                hidden[pair.bugs].append(single.bugs)
    for pair in pairs:
        for alike in hidden[pair.bugs]:
            if not set(alike) <= set(pair.bugs):
                yield f"the bugs {' and '.join(pair.bugs)} together do the same as {alike[0]}"
            if not alike:
                yield f"the bugs {' and '.join(pair.bugs)} together are right"
    for i, pair in enumerate(pairs):
        for other in pairs[i + 1 :]:
            if not hidden[pair.bugs] and same_behaviour(pair.calls, other.calls, exercise.tolerance):
                yield f"the bugs {' and '.join(pair.bugs)} together do the same as {' and '.join(other.bugs)}"
