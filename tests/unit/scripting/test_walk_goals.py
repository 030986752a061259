"""Walk-through scripts that expect goals."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.goal_files import write_goals
from tutor.scripting.parse import parse_script
from tutor.scripting.runner import run_script
from tutor.scripting.script import ExpectationFailed, ExpectGoal, ScriptError


def walk(folder: Path, *lines: str) -> int:
    """Run the lines on the lesson with goals; how many expectations held."""
    source = "\n".join(("open aims", *lines))
    return run_script(parse_script(source, write_goals(folder) / "lesson.walk")).expectations


def test_a_goal_is_open_then_reached_and_stays_so(tmp_path: Path) -> None:
    held = walk(
        tmp_path,
        "expect goal 1 open", "set b -5", "expect goal 1 reached", "set b 0", "expect goal 1 reached",
        "next", "back", "expect goal 1 reached", "expect goal 2 open",
    )  # fmt: skip
    assert held == 5


def test_what_was_reached_between_two_lines_counts(tmp_path: Path) -> None:
    assert walk(tmp_path, "set b -5", "set b 1", "expect goal 1 reached") == 1


def test_skip_tells_the_solution_and_then_does_it(tmp_path: Path) -> None:
    assert walk(tmp_path, "hint", "skip", "expect goal 1 open", "skip", "expect goal 1 reached", "expect b -5") == 3


@pytest.mark.parametrize(
    ("lines", "got"),
    [
        (("expect goal 1 reached",), "goal 1 open"),
        (("expect goal 2 reached",), "goal 2 1 of 4 met"),
        (("set b -5", "expect goal 1 open"), "goal 1 reached"),
        (("expect goal 3 open",), "a step with 2 goals"),
        (("next", "expect goal 1 open"), "a step without goals"),
    ],
)
def test_what_there_is_instead(tmp_path: Path, lines: tuple[str, ...], got: str) -> None:
    with pytest.raises(ExpectationFailed, match=f"got {got}"):
        walk(tmp_path, *lines)


def test_once_all_are_reached_there_is_nothing_to_skip(tmp_path: Path) -> None:
    with pytest.raises(ExpectationFailed, match="Every goal of this step is reached"):
        walk(tmp_path, "set b -5", "set w 6 6", "set b -9", "expect goal 2 reached", "skip")


@pytest.mark.parametrize("line", ["expect goal 1", "expect goal one open", "expect goal 0 open", "expect goal 1 lit"])
def test_what_is_no_such_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(ScriptError, match="expect goal NUMBER reached"):
        walk(tmp_path, line)


def test_how_it_is_read(tmp_path: Path) -> None:
    statements = parse_script("open aims\nexpect goal 2 Reached", tmp_path / "a.walk").statements
    assert statements[1].action == ExpectGoal(2, "reached")
