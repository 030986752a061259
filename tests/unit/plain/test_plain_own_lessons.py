"""Lessons of one's own at the plain face."""

import io
from pathlib import Path

import pytest

from tests.unit.plain.conftest import LESSON_MD, LESSON_TOML
from tutor.plain.face import run


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with another lesson 3, and one that cannot be read."""
    for name, toml in (("ours", LESSON_TOML.replace('"sum"', '"my-sum"')), ("broken", "id = 3\n")):
        folder = tmp_path / "mine" / name
        folder.mkdir(parents=True)
        (folder / "lesson.toml").write_text(toml.replace("A sum", "My sum"), encoding="utf-8")
        (folder / "lesson.md").write_text(LESSON_MD, encoding="utf-8")
    return tmp_path / "mine"


def said(lessons: Path, mine: Path, lesson: str | None, *lines: str) -> tuple[int, str]:
    out = io.StringIO()
    status = run(
        lesson, None, lessons.parent / "state", stdin=io.StringIO("".join(f"{line}\n" for line in lines)), stdout=out,
        lessons=lessons, own_lessons=(mine,),
    )  # fmt: skip
    return status, out.getvalue()


def test_they_are_listed_by_folder_and_opened_by_id_and_by_folder(lessons: Path, mine: Path) -> None:
    status, out = said(lessons, mine, None, "open 3", "open my-sum", "open mine/3", "search my sum", "quit")
    assert status == 0
    assert "\nLessons in mine\n  3 my-sum. My sum: not begun, about 5 minutes. " in out
    # Wherever the page breaks it.
    assert f"Note:{mine}/broken/lesson.toml:1:'id'isatext" in "".join(out.split())
    titles = [line for line in out.splitlines() if line.startswith("Lesson 3: ")]
    assert titles == ["Lesson 3: A sum", "Lesson 3: My sum", "Lesson 3: My sum"]
    assert "\nMy sum: open my-sum\n" in out


def test_one_that_cannot_be_read_is_2_with_what_is_wrong(
    lessons: Path, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(lessons, mine, str(mine / "broken")) == (2, "")
    assert capsys.readouterr().err == f"{mine}/broken/lesson.toml:1: 'id' is a text\n"
    (mine / "ours" / "lesson.md").unlink()
    status, _ = said(lessons, mine, str(mine / "ours"))
    assert status == 2
    assert f"{mine}/ours/lesson.md:1: a lesson needs a lesson.md" in capsys.readouterr().err
