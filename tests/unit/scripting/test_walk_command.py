"""``dl-tutor walk``: what it prints where, and its exit status."""

from argparse import Namespace
from pathlib import Path

import pytest

from tutor.commands import walk


def run(*targets: str | Path) -> int:
    return walk.run(Namespace(targets=[str(target) for target in targets]))


def script(folder: Path, name: str, *lines: str) -> Path:
    file = folder / name
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_all_holds(lesson_folder: Path, capsys: pytest.CaptureFixture[str]):
    file = script(lesson_folder, "one.walk", "open sum", "expect b 0.5", "show b", "expect step 1")
    assert run(file, lesson_folder / "one.walk") == 0
    out, err = capsys.readouterr()
    assert out == f"{file}: 2 expectations held\n" * 2
    assert err == "bias b (b): 0.5; from −10 to 10\n" * 2


def test_a_failed_expectation_is_1_and_the_others_still_run(lesson_folder: Path, capsys: pytest.CaptureFixture[str]):
    bad = script(lesson_folder, "bad.walk", "open sum", "expect b 0.6")
    good = script(lesson_folder, "good.walk", "open sum", "expect b 0.5")
    assert run(bad, good) == 1
    out, err = capsys.readouterr()
    assert out == f"{bad}: failed at line 2\n{good}: 1 expectation held\n"
    assert err == f"{bad}:2: expected b 0.6, got 0.5\n"


def test_a_script_that_cannot_be_read_is_2(lesson_folder: Path, capsys: pytest.CaptureFixture[str]):
    bad = script(lesson_folder, "bad.walk", "open sum", "expect b 0.6")
    unreadable = script(lesson_folder, "unreadable.walk", "sing")
    assert run(unreadable, bad) == 2
    assert f"{unreadable}:1: there is no word 'sing'" in capsys.readouterr().err
    assert run(lesson_folder / "none.walk") == 2
    assert "there is no such script" in capsys.readouterr().err


def test_a_lesson_that_is_not_there_is_2(capsys: pytest.CaptureFixture[str]):
    assert run("nowhere") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "there is no lesson 'nowhere'; there are" in err


def test_a_lesson_is_named_by_its_folder_or_by_id(
    lesson_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    script(lesson_folder, "lesson.walk", "open sum", "expect b 0.5")
    monkeypatch.setattr(walk, "lessons_folder", lambda: lesson_folder.parent)
    assert run(lesson_folder) == run("sum") == run("70") == run() == 0
    assert capsys.readouterr().out == f"{lesson_folder / 'lesson.walk'}: 1 expectation held\n" * 4


def test_a_lesson_without_a_script_is_2(
    lesson_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(walk, "lessons_folder", lambda: lesson_folder.parent)
    assert run() == 2
    assert "there is no such script" in capsys.readouterr().err
