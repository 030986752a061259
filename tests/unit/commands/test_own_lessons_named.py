"""``--lessons`` and ``DL_TUTOR_LESSONS`` at the commands that print, with copies of a shipped lesson."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tutor.cli import main
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder


def copied(folder: Path, lesson_id: str, number: int) -> Path:
    """The shipped lesson on the neuron in a folder of its own, under another id and number."""
    shutil.copytree(lessons_folder() / "03_neuron", folder)
    text = (folder / "lesson.toml").read_text(encoding="utf-8")
    for old, new in (('id = "neuron"', f'id = "{lesson_id}"'), ("number = 3", f"number = {number}")):
        assert old in text
        text = text.replace(old, new)
    (folder / "lesson.toml").write_text(text, encoding="utf-8")
    (folder / "lesson.walk").write_text(f"open {lesson_id} at 2\nexpect step the-weighted-sum\n", encoding="utf-8")
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return copied(tmp_path / "mine" / "neuron_again", "my-neuron", 70).parent


@pytest.fixture
def yours(tmp_path: Path) -> Path:
    return copied(tmp_path / "yours" / "other", "your-neuron", 2).parent


def test_the_list_has_them_in_a_part_of_their_own(
    mine: Path, yours: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DL_TUTOR_LESSONS", os.pathsep.join([str(yours), str(mine)]))
    # What stands before the command, after it, and in the environment, each once.
    assert main(["--lessons", str(mine), "list", "--lessons", str(yours / "other")]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[-4:] == [
        "in mine:", "70 my-neuron The neuron 0 of 12 not begun",
        "in other:", "2 your-neuron The neuron 0 of 12 not begun",
    ]  # fmt: skip
    assert lines[3].startswith("3 neuron ")
    assert main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["id"], row.get("collection")) for row in rows[-3:]] == [
        (read_summaries(lessons_folder())[-1].id, None), ("your-neuron", "yours"), ("my-neuron", "mine"),
    ]  # fmt: skip


def test_a_search_finds_their_steps(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lessons", str(mine), "search", "a", "neuron", "worked", "by", "hand"]) == 0
    assert "\nmy-neuron/4 " in capsys.readouterr().out


@pytest.mark.parametrize("command", ["list", "search", "learn", "walk", "check-lessons"])
def test_a_folder_that_is_not_there_is_2(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    for name in ("nowhere", "file", "x" * 5000):
        with pytest.raises(SystemExit) as ended:
            main([command, "--lessons", str(tmp_path / name), "neuron"])
        assert ended.value.code == 2
        assert "expected a folder of lessons, or of one lesson; " in capsys.readouterr().err


def test_in_the_environment_it_is_told_and_the_others_are_there(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DL_TUTOR_LESSONS", os.pathsep.join([str(tmp_path / "nowhere"), str(mine)]))
    assert main(["list"]) == 0
    out = capsys.readouterr()
    assert "my-neuron" in out.out
    assert out.err == f"{tmp_path / 'nowhere'}:1: there is no such folder of lessons\n"


def test_they_are_checked_with_the_shipped_ones_and_a_taken_id_is_told(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tutor.commands.check_lessons.lessons_folder", lambda: mine)
    clash = copied(tmp_path / "clash", "my-neuron", 71)
    assert main(["check-lessons", str(clash)]) == 0
    out = capsys.readouterr()
    assert out.out.endswith(": all hold\n")
    said = f"the id 'my-neuron' is taken by {mine / 'neuron_again' / 'lesson.toml'}; give it another\n"
    assert (out.err.startswith(f"{clash / 'lesson.toml'}:"), out.err.endswith(said)) == (True, True)
    assert main(["check-lessons", "--lessons", str(copied(tmp_path / "sound", "sound", 71))]) == 0
    out = capsys.readouterr()
    assert (out.out.startswith("2 lessons, 24 steps, "), out.err) == (True, "")


def test_a_checked_folder_is_held_against_the_named_ones(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = copied(tmp_path / "twins" / "a", "my-neuron", 71)
    (twin / "lesson.walk").unlink()
    assert main(["--lessons", str(mine), "check-lessons", str(twin.parent)]) == 1
    without_a_walk, clash = capsys.readouterr().err.splitlines()
    assert without_a_walk.startswith(f"{twin / 'lesson.walk'}:1: ")
    assert clash.startswith(f"{twin / 'lesson.toml'}:")
    assert clash.endswith(f"the id 'my-neuron' is taken by {mine / 'neuron_again' / 'lesson.toml'}; give it another")


def test_a_walk_is_run_by_file_folder_path_id_and_number(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = mine / "neuron_again" / "lesson.walk"
    assert main(["walk", str(script), str(script.parent), str(mine)]) == 0
    assert main(["walk", "--lessons", str(mine), "my-neuron", "70"]) == 0
    said = {line.partition(": ")[0] for line in capsys.readouterr().out.splitlines()}
    assert said == {str(script)}
    assert main(["walk", "my-neuron"]) == 2
    assert "there is no lesson 'my-neuron'" in capsys.readouterr().err
