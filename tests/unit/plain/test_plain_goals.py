"""The goals of a step on the plain face: read out with it, and told of when they are reached."""

from __future__ import annotations

import io
from pathlib import Path

from tests.unit.course.goal_files import write_goals
from tests.unit.plain.test_plain_face import after
from tutor.plain.face import run


def learn(folder: Path, *lines: str) -> str:
    """Type the lines into the lesson with goals; what was printed. A second call goes on with the same progress."""
    if not (folder / "lessons").exists():
        write_goals(folder / "lessons")
    out = io.StringIO()
    stdin = io.StringIO("".join(f"{line}\n" for line in lines))
    assert run("aims", None, folder / "state", stdin=stdin, stdout=out, lessons=folder / "lessons") == 0
    return out.getvalue()


def test_the_goals_stand_with_their_step(tmp_path: Path) -> None:
    said = learn(tmp_path, "next")
    step, _, further = said.partition("> next")
    assert "Goal 1 of 2 (open): Make z, now 2, exactly −3." in step
    assert "Goal 2 of 2 (1 of 4 met): AND." in step
    assert "Type hint for a hint, or skip for a solution." in step
    assert "Goal" not in further


def test_a_line_says_when_one_is_reached_or_comes_nearer(tmp_path: Path) -> None:
    said = learn(tmp_path, "set b -1", "set b -5", "set b 0", "set w 6 6", "set b -9")
    assert "Goal 2: 2 of 4 met." in after(said, "set b -1")
    assert "Goal 1 reached: Make z, now −3, exactly −3." in after(said, "set b -5")
    assert "Goal 1" not in after(said, "set b 0")
    assert after(said, "set b -9").rstrip().endswith("Goal 2 reached: AND.\nEvery goal of this step is reached.")


def test_hint_and_solution(tmp_path: Path) -> None:
    said = learn(tmp_path, "hint", "skip", "skip", "HINT")
    assert "Hint for goal 1: The weighted sum is 2." in after(said, "hint")
    first, second = said.split("> skip\n")[1:]
    assert "A solution of goal 1: set b -5" in first
    assert "Goal 1 reached" not in first
    assert "The solution of goal 1 is set in the lab." in second
    assert "z = sum + bias (z): −3" in second
    assert "Goal 1 reached" in second
    assert "Hint for goal 2: Both together." in second


def test_undo_takes_a_solution_back(tmp_path: Path) -> None:
    said = learn(tmp_path, "set b 2", "skip", "skip", "undo", "show b")
    assert "Type undo to bring back your own lab." in said.split("> skip\n")[2]
    assert after(said, "undo").startswith("Undone. You have your own lab back.")
    assert after(said, "show b").startswith("bias b (b): 2;")


def test_a_solution_that_misses_its_goal_says_so(tmp_path: Path) -> None:
    write_goals(tmp_path / "lessons", ("b = -5", "b = -4"))
    said = learn(tmp_path, "skip", "skip", "set b 1")
    told = "The solution was carried out, but goal 1 is not reached."
    assert told in said.split("> skip\n")[2].partition("> set b 1")[0]
    assert said.count(told) == 1


def test_they_stay_reached_on_the_next_visit(tmp_path: Path) -> None:
    learn(tmp_path, "set b -5", "set b 0")
    again = learn(tmp_path)
    assert "Goal 1 of 2 (reached)" in again
    assert "Goal 2 of 2 (1 of 4 met)" in again
