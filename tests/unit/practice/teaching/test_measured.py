"""The measuring of an exercise, on a tiny one whose programs can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.practice.conftest import needs_sandbox
from tests.unit.practice.teaching.made import BUGS, GOOD, made
from tutor.practice.checking import Checker
from tutor.practice.runner.client import Runner
from tutor.practice.teaching.measured import ExercisesTaught, does_the_same, exercise_taught
from tutor.practice.teaching.slips import program_slips

pytestmark = needs_sandbox


def test_each_program_is_counted_once(tmp_path: Path, checker: Checker, runner: Runner) -> None:
    one = replace(made(tmp_path), id="counted")
    total = exercise_taught(one, checker, runner)
    assert (total.exercises, total.declared, total.declared_named, total.pairs) == (1, 2, 2, 1)
    assert (total.right_programs, total.told_wrong, total.pairs_alike) == (4, [], [])
    assert total.slips + total.slips_alike == len(program_slips(one))
    assert total.slips == total.slips_found == sum(total.said.values())
    # Two slips of another.py, x + x − mean and x + mean, do what the bugs do.
    assert total.said["bug"] >= 2
    assert not total.hints


def test_a_bug_that_no_case_shows_and_two_that_are_one(tmp_path: Path, checker: Checker, runner: Runner) -> None:
    bugs = (*BUGS, ("none", "…", "2 * x", "2.0 * x"), ("twin", "…", "+ mean", "- 1 * mean"))
    total = exercise_taught(replace(made(tmp_path, bugs=bugs), id="twins"), checker, runner)
    assert total.declared == 4
    assert total.declared_named <= 2
    assert any("'none'" in sentence for sentence in total.unnamed_bugs)
    assert total.pairs_alike == ["the bugs 'minus' and 'twin' do the same"]


def test_a_right_program_that_is_told_it_is_wrong(tmp_path: Path, checker: Checker, runner: Runner) -> None:
    wrong = "def doubled(x):\n    m = x.mean()\n    return x + m\n"
    total = exercise_taught(replace(made(tmp_path), id="false", another=wrong), checker, runner)
    assert [sentence.split(" is told")[0] for sentence in total.told_wrong] == [
        "another.py",
        "another.py with other names",
    ]


def test_hints_that_tell_are_counted(tmp_path: Path, checker: Checker, runner: Runner) -> None:
    hints = [GOOD[0], "It is 2 * x + mean.", GOOD[2]]
    total = exercise_taught(replace(made(tmp_path, hints), id="telling"), checker, runner)
    assert total.hints == {"tells": 1}


@pytest.mark.parametrize(
    ("body", "same"),
    [
        ("x * 2 + x.mean()", True),
        ("2 * x + x.mean() if len(x) < 5 else 2 * x", False),
        ("2 * x + x.mean() + 0.001", False),
    ],
)
def test_what_passes_is_compared_on_inputs_of_its_own(tmp_path: Path, runner: Runner, body: str, same: bool) -> None:
    assert does_the_same(made(tmp_path), f"def doubled(x):\n    return {body}\n", runner) is same


def test_counts_add_up() -> None:
    total = ExercisesTaught(exercises=1, slips=3, told_right=["a"])
    total += ExercisesTaught(exercises=1, slips=4, told_right=["b"])
    assert (total.exercises, total.slips, total.told_right) == (2, 7, ["a", "b"])
