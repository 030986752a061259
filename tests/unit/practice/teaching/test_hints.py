"""The rules of an exercise's hints: no repeated task first, no line of code before the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.practice.conftest import needs_sandbox
from tests.unit.practice.teaching.made import GOOD, made
from tutor.practice.checking import Checker
from tutor.practice.loading import exercise_folders, read_exercise
from tutor.practice.proof import faults_of
from tutor.practice.teaching.hints import hint_faults, placed_hint_faults
from tutor.resources import exercises_folder


def test_hints_that_lead_have_no_fault(tmp_path: Path) -> None:
    """The last of them gives a line, as it may."""
    assert list(hint_faults(made(tmp_path))) == []


@pytest.mark.parametrize(
    ("hint", "line"),
    [
        ("Try 2 * x + mean for a start.", "return 2 * x + mean"),
        ("Try 2·x + m for a start.", "return 2 * x + mean"),
        ("It is 2*x+mean_of_all", "return 2 * x + mean"),
        ("x.sum() / len(x) is what is missing", "mean = x.sum() / len(x)"),
        ("x.sum() / x.shape[0] is what is missing", "mean = x.sum() / len(x)"),
        ("and x + x + x.mean() does it, too", "return x + x + x.mean()"),
    ],
)
def test_a_line_of_a_solution_before_the_last_hint(tmp_path: Path, hint: str, line: str) -> None:
    for rung in (0, 1):
        hints = [hint if rung == at else other for at, other in enumerate(GOOD)]
        (fault,) = hint_faults(made(tmp_path, hints))
        assert (fault.rule, fault.rung) == ("tells", rung)
        assert line in fault.said
    assert list(hint_faults(made(tmp_path, [*GOOD[:2], hint]))) == []


@pytest.mark.parametrize("hint", ["2·x is twice x", "Add the mean to x", "The sum of x, by how many", "3 * x + mean"])
def test_a_part_of_a_line_is_no_line(tmp_path: Path, hint: str) -> None:
    assert list(hint_faults(made(tmp_path, [GOOD[0], hint, GOOD[2]]))) == []


def test_a_line_that_the_task_gives_is_not_given_away(tmp_path: Path) -> None:
    made(tmp_path)
    task = tmp_path / "task.md"
    task.write_text(task.read_text() + "\ny = 2·x + mean\n")
    hints = tmp_path / "exercise.toml"
    hints.write_text(hints.read_text().replace(GOOD[1], "It says 2 * x + mean."))
    assert list(hint_faults(read_exercise(tmp_path))) == []


def test_the_first_hint_repeats_the_task(tmp_path: Path) -> None:
    repeats = "Twice each number of x, with the mean of all: what is that?"
    (fault,) = hint_faults(made(tmp_path, [repeats, *GOOD[1:]]))
    assert fault.rule == "repeats"
    assert "twice each number of x with the mean of all" in fault.said
    assert list(hint_faults(made(tmp_path, [GOOD[0], repeats, GOOD[2]]))) == []


def test_it_is_placed_at_the_line_of_the_hint(tmp_path: Path) -> None:
    one = made(tmp_path, [GOOD[0], "Try 2 * x + mean.", GOOD[2]])
    lines = (tmp_path / "exercise.toml").read_text().split("\n")
    line = lines.index('    "Try 2 * x + mean.",') + 1
    (said,) = placed_hint_faults(one)
    assert said.startswith(f"exercise.toml:{line}: hint 2 of 3 gives ")


@needs_sandbox
def test_the_proof_of_an_exercise_reports_it(tmp_path: Path, checker: Checker) -> None:
    one = made(tmp_path, ["Try 2 * x + mean.", *GOOD[1:]])
    assert any("hint 1 of 3 gives 'return 2 * x + mean'" in fault for fault in faults_of(one, checker))


@pytest.mark.parametrize("folder", exercise_folders(exercises_folder()), ids=lambda folder: folder.name)
def test_the_shipped_hints_lead_and_do_not_tell(folder: Path) -> None:
    assert list(placed_hint_faults(read_exercise(folder))) == []
