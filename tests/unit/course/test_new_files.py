"""Files given to the learner: never over another, in the first folder that takes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.commands import Command, apply
from tutor.course.lessons.finding import open_lesson
from tutor.course.lessons.loader import read_summary
from tutor.course.new_files import MOST, write_new
from tutor.labs.kit.contract import NewFile
from tutor.resources import lessons_folder

FILE = NewFile("program.py", "print('ä')\n")


def test_it_is_written_and_its_whole_path_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert write_new(FILE, (Path(),)) == f"Written to {tmp_path / 'program.py'}"
    assert (tmp_path / "program.py").read_text(encoding="utf-8") == FILE.text


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("mine", encoding="utf-8")
    (tmp_path / "program-2.py").symlink_to(tmp_path / "elsewhere.py")
    assert write_new(FILE, (tmp_path,)).endswith("program-3.py")
    assert (tmp_path / "program.py").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "elsewhere.py").exists()


def test_the_same_text_is_not_written_twice(tmp_path: Path) -> None:
    write_new(FILE, (tmp_path,))
    assert write_new(FILE, (tmp_path,)) == f"The same text is already in {tmp_path / 'program.py'}"
    assert len(list(tmp_path.iterdir())) == 1


def test_where_one_folder_does_not_take_it_the_next_does(tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.touch()
    assert write_new(FILE, (no_folder, tmp_path)) == f"Written to {tmp_path / 'program.py'}"
    assert "could not be written" in write_new(FILE, (no_folder,))
    assert str(no_folder) in write_new(FILE, (no_folder,))


def test_it_comes_to_an_end(tmp_path: Path) -> None:
    for number in range(MOST):
        write_new(NewFile("program.py", str(number)), (tmp_path,))
    assert f"already {MOST} files" in write_new(FILE, (tmp_path,))
    assert len(list(tmp_path.iterdir())) == MOST


@pytest.mark.parametrize("writes", [True, False])
def test_a_press_writes_it_where_the_session_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: bool) -> None:
    monkeypatch.chdir(tmp_path)
    session = open_lesson(
        read_summary(lessons_folder() / "20_keras"), "your-turn", folders=(tmp_path,) if writes else ()
    )
    (line,) = apply(Command("press", ("write",)), session).lines
    assert line == (f"Written to {tmp_path / 'program.py'}" if writes else line)
    assert (tmp_path / "program.py").exists() is writes
    assert writes or "writes no files" in line
