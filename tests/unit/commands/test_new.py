"""``dl-tutor new``: what it writes is complete and holds at once, and it never writes over anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.packs.made_packs import pack_texts, write_pack
from tutor.cli import main
from tutor.sandbox.restriction import reachable_level


def test_a_new_lesson_holds_and_its_script_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, name in enumerate(("first-look-again", "second"), start=1):
        assert main(["new", "lesson", name, "--in", str(tmp_path / "mine")]) == 0
        folder = tmp_path / "mine" / f"0{number}_{name.replace('-', '_')}"
        assert f"dl-tutor preview {folder}" in capsys.readouterr().out
        assert {each.name for each in folder.iterdir()} == {"lesson.toml", "lesson.md", "lesson.walk"}
    assert main(["check-lessons", "--teaching", str(tmp_path / "mine")]) == 0
    assert capsys.readouterr().out == "2 lessons, 6 steps, 4 questions, 2 goals: all hold\n"
    assert main(["walk", str(tmp_path / "mine")]) == 0
    assert capsys.readouterr().out.count("6 expectations held") == 2


@pytest.mark.skipif(not reachable_level().complete, reason="this machine cannot restrict a process")
def test_a_new_exercise_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "exercise", "my-sum", "--in", str(tmp_path)]) == 0
    assert "def my_sum(x, w):" in (tmp_path / "01_my_sum" / "start.py").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["check-exercises", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "1 exercise, 2 bugs: all hold\n"


def test_in_a_pack_they_go_to_its_folders_and_the_pack_still_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack(tmp_path / "pack", pack_texts())
    # A pack may have a lesson with the id of a shipped one.
    assert main(["new", "lesson", "softmax", "--in", str(folder)]) == 0
    assert main(["new", "exercise", "total", "--in", str(folder)]) == 0
    assert (folder / "lessons" / "03_softmax" / "lesson.toml").is_file()
    assert (folder / "exercises" / "01_total" / "exercise.toml").is_file()
    assert main(["check-lessons", str(folder)]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lesson", "Upper"], "small letters"),
        (["lesson", "../up"], "small letters"),
        (["lesson", "a" * 41], "at most 40"),
        (["lesson", "neuron"], "a shipped lesson has the id 'neuron'"),
        (["exercise", "for"], "is a word of Python"),
    ],
)
def test_a_name_that_cannot_be_used(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", *arguments, "--in", str(tmp_path / "mine")]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "lesson", "mine", "--in", str(tmp_path)]) == 0
    toml = tmp_path / "01_mine" / "lesson.toml"
    toml.write_text("id =", encoding="utf-8")
    assert main(["new", "lesson", "mine", "--in", str(tmp_path)]) == 2
    assert f"{tmp_path / '01_mine'} is there already" in capsys.readouterr().err
    assert main(["new", "lesson", "within", "--in", str(toml.parent)]) == 2
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert main(["new", "lesson", "mine", "--in", str(tmp_path / "file")]) == 2
    assert toml.read_text(encoding="utf-8") == "id ="
    assert sorted(each.name for each in tmp_path.iterdir()) == ["01_mine", "file"]
