"""``dl-tutor preview --plain``: the step again at each save, lines carried out, what the check says."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pytest

from tutor.cli import main
from tutor.course.preview.watched import NothingToPreview, Previewed, Watch, previewed
from tutor.plain.preview import run_preview


@pytest.fixture
def lesson(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["new", "lesson", "mine", "--in", str(tmp_path / "lessons")]) == 0
    capsys.readouterr()
    return tmp_path / "lessons" / "01_mine"


class Script(io.StringIO):
    """Lines that an author types, each after something was printed."""

    def __init__(self, out: io.StringIO, *steps: tuple[str, object]) -> None:
        super().__init__()
        self._out, self._steps = out, steps

    def __iter__(self) -> Script:
        self._next = iter(self._steps)
        return self

    def __next__(self) -> str:
        words, does = next(self._next)
        end = time.monotonic() + 60
        while words not in self._out.getvalue():
            assert time.monotonic() < end, f"{words!r} was not printed:\n{self._out.getvalue()}"
            threading.Event().wait(0.02)
        self._out.seek(0)
        self._out.truncate()
        if isinstance(does, str):
            return does + "\n"
        assert callable(does)
        does()
        return "steps\n"


def test_a_save_prints_the_same_step_again_and_what_the_check_says(lesson: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    toml, markdown = lesson / "lesson.toml", lesson / "lesson.md"
    sound = toml.read_text(encoding="utf-8")

    def rewrite() -> None:
        markdown.write_text(markdown.read_text(encoding="utf-8").replace("A weight", "One weight"), encoding="utf-8")

    steps = (
        ("The check: all holds.", "next"),
        ("Step 2 of 3: Which way", rewrite),
        ("One weight grows.", "show x"),
        ("The check: all holds.", lambda: toml.write_text("id =", encoding="utf-8")),
        ("The check: lesson.toml:1: this is not TOML", lambda: toml.write_text(sound.replace('"z"]', '"y2"]', 1))),
        ("The check: lesson.toml:", lambda: toml.write_text(sound, encoding="utf-8")),
        ("The check: all holds.", "quit"),
    )
    assert run_preview(Previewed(lesson, "lesson"), tmp_path / "state", Script(out, *steps), out) == 0


def test_at_the_end_of_the_input_it_says_what_the_check_found(lesson: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    assert run_preview(Previewed(lesson, "lesson"), tmp_path / "state", io.StringIO(""), out) == 0
    assert "Step 1 of 3: The sum" in out.getvalue()
    assert "The check: all holds." in out.getvalue()


def test_what_there_is_to_preview(lesson: Path, tmp_path: Path) -> None:
    assert previewed(lesson) == previewed(lesson.parent) == Previewed(lesson, "lesson")
    assert main(["new", "exercise", "total", "--in", str(tmp_path)]) == 0
    assert previewed(tmp_path / "01_total").kind == "exercise"
    for nothing in (tmp_path, tmp_path / "none", lesson / "lesson.md"):
        with pytest.raises(NothingToPreview, match=r"expected|dl-tutor new lesson NAME"):
            previewed(nothing)
    assert main(["preview", str(tmp_path)]) == 2


def test_a_watch_sees_what_was_written_added_and_removed(lesson: Path) -> None:
    watch = Watch(lesson)
    assert [watch.changed(), watch.changed()] == [True, False]
    (lesson / "lesson.md").write_text("## Other\n\nText.\n", encoding="utf-8")
    assert [watch.changed(), watch.changed()] == [True, False]
    (lesson / ".lesson.md.swp").write_text("x", encoding="utf-8")
    assert watch.changed() is False
    (lesson / "lesson.walk").unlink()
    assert watch.changed() is True
