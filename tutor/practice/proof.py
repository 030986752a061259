"""Proves an exercise: its start is refused, its solutions are right, each bug is seen and told from every other."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tutor.course.lessons.loader import read_summaries
from tutor.course.questions.written_numbers import plain_characters
from tutor.course.teaching.rules import repeated_words
from tutor.course.words.source_text import NoSource, named_source
from tutor.practice.bank import Bank, same_behaviour
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.resources import lessons_folder

RANDOM_INPUTS, AT_ONCE = 200, 25
"""How many are drawn, and how many go to the program in one message, which has a limit."""
_SEED = 12345
_SHORTEST_PIECE = 8
"""Characters, without blanks, of a piece of code that gives something away."""


def faults_of(exercise: Exercise, checker: Checker) -> Iterator[str]:
    """A sentence for each fault."""
    yield from _unknown_step(exercise)
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
        verdict = checker.check(exercise, bug.applied(exercise.solution) or "", _SEED)
        if verdict.bugs != (bug.id,):
            found = f"named {' and '.join(verdict.bugs)}" if verdict.bugs else f"called {verdict.word}"
            yield f"the bug {bug.id!r} is {found}: no input tells them apart"
    yield from telling_hints(exercise)
    yield from _missing_sources(exercise)
    yield from _unknown_names(checker.bank(exercise))
    yield from _pairs_alike(exercise, checker.bank(exercise))


def _unknown_step(exercise: Exercise) -> Iterator[str]:
    """A sentence if the lesson, one of those shipped, lacks the step whose lab stands beside the editor."""
    for lesson in read_summaries(lessons_folder()):
        steps = [step.id for step in lesson.outline]
        if lesson.id == exercise.lesson and exercise.step and exercise.step not in steps:
            yield f"the lesson {lesson.id!r} has no step {exercise.step!r}; it has {', '.join(steps)}"


def telling_hints(exercise: Exercise) -> Iterator[str]:
    """A sentence if the first hint repeats the task, and for each hint before the last that gives a piece of code.

    That is the whole right side of an assignment, or what is returned, of one of the solutions, where it computes
    something and does not stand in start.py already.
    """
    if exercise.hints and (words := repeated_words(exercise.hints[0], exercise.task)):
        yield f"the first hint repeats the task: {words!r}"
    pieces = {piece for source in (exercise.solution, exercise.another) for piece in _pieces_of_code(source)}
    start = "".join(_as_code(exercise.start).split())
    for rung, hint in enumerate(exercise.hints[:-1], start=1):
        given = [piece for piece in pieces if _stands_in(piece, _as_code(hint), start)]
        if given:
            yield f"hint {rung} of {len(exercise.hints)} gives the code {max(given, key=len)!r}: only the last may"


def _stands_in(piece: str, hint: str, start: str) -> bool:
    """Whether the hint has this code, whatever its blanks, and start.py does not."""
    code = "".join(_as_code(piece).split())
    anyhow_spaced = r"\s*".join(map(re.escape, code))
    return code not in start and re.search(rf"(?<![\w.]){anyhow_spaced}(?!\w)", hint) is not None


def _pieces_of_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return) and node.value is not None:
            piece = ast.unparse(node.value)
            if len("".join(piece.split())) >= _SHORTEST_PIECE:
                yield piece


def _as_code(text: str) -> str:
    """Small letters, and the signs of a formula as those of Python."""
    return plain_characters(text).replace("²", "**2").replace("`", "")


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
