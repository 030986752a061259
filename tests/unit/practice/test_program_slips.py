"""The simulated programs of ``benchmarks teaching``: one slip each, found and counted as what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from benchmarks.program_slips import KINDS, slips
from benchmarks.teaching_exercises import answered
from tutor.practice.checking import Checker
from tutor.practice.exercise import Bug
from tutor.practice.loading import read_exercise
from tutor.resources import exercises_folder

SOURCE = "def f(x, w):\n    y = -(x @ w.T).mean(axis=0)\n    return np.sqrt(y) if len(y) < 2 else y - 1\n"


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("a sign is left out", "y = (x @ w.T).mean(axis=0)"),
        ("the operands the other way round", "y = -(w.T @ x).mean(axis=0)"),
        ("the second operand is left out", "return np.sqrt(y) if len(y) < 2 else y"),
        ("the inverse operation", "return np.sqrt(y) if len(y) < 2 else y + 1"),
        ("one comparison for another", "return np.sqrt(y) if len(y) <= 2 else y - 1"),
        ("a whole number is one too large", "return np.sqrt(y) if len(y) < 3 else y - 1"),
        ("another axis", "y = -(x @ w.T).mean(axis=1)"),
        ("a transpose is left out", "y = -(x @ w).mean(axis=0)"),
        ("a function is left out", "return y if len(y) < 2 else y - 1"),
        ("a sum for a mean, or a mean for a sum", "y = -(x @ w.T).sum(axis=0)"),
    ],
)
def test_each_kind_of_slip_changes_one_place(kind: str, line: str) -> None:
    assert kind in KINDS
    found = [slip for slip in slips(SOURCE) if slip.kind == kind]
    assert [slip for slip in found if f"    {line}\n" in slip.source]
    original = SOURCE.splitlines()
    for slip in found:
        changed = [a for a, b in zip(slip.source.splitlines(), original, strict=True) if a != b]
        assert len(changed) == 1
        assert original[slip.line - 1] not in slip.source


def test_programs_differ_from_each_other_and_from_the_right_one() -> None:
    found = [slip.source for slip in slips(SOURCE)]
    assert len(set(found)) == len(found)
    assert SOURCE not in found
    assert found == [slip.source for slip in slips(SOURCE)]


def test_what_is_said_of_an_exercises_programs_is_counted(checker: Checker) -> None:
    relu = read_exercise(exercises_folder() / "04a_relu")
    counted = answered(relu, checker)
    assert (counted.bugs, counted.bugs_named) == (len(relu.bugs),) * 2
    assert (counted.right, counted.told_wrong) == (2, 0)
    assert counted.slips == counted.seen + counted.harmless == len(list(slips(relu.solution)))
    # A bug that no input shows is not named, and a wrong solution is told so.
    (old, new), *_ = relu.bugs[0].replacements
    spoilt = replace(
        relu,
        id="relu-spoilt",
        bugs=(relu.bugs[0], Bug("none", "…", ((relu.solution, relu.solution + "\n"),))),
        another=relu.solution.replace(old, new),
        hints=(relu.task, "…"),
    )
    counted = answered(spoilt, checker)
    assert (counted.bugs, counted.bugs_named) == (2, 1)
    assert counted.told_wrong == 1
    assert counted.telling_hints == 1
