"""Lessons of one's own on the screen: a part of the list, and opened as any other."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import OptionList

from tests.ui.panel_app import text
from tests.ui.small_lessons import (
    NARROW,
    SECOND_MD,
    SECOND_TOML,
    at_home,
    at_step,
    at_the_end,
    press,
    shows,
    write_lessons,
)
from tutor.course.lessons.own_lessons import read_lessons
from tutor.course.record.progress import Progress
from tutor.ui.app import TutorApp


def own_app(tmp_path: Path, start: tuple[str, int | None] | None = None) -> TutorApp:
    """The app on the small lessons, 3 and 4, and on one of somebody's own, another 3."""
    folder = tmp_path / "mine" / "third"
    folder.mkdir(parents=True, exist_ok=True)
    toml = SECOND_TOML.replace('"second"', '"my-third"').replace("number = 4", "number = 3")
    (folder / "lesson.toml").write_text(toml.replace("The second", "[b]Mine[/b]"), encoding="utf-8")
    (folder / "lesson.md").write_text(SECOND_MD, encoding="utf-8")
    lessons = read_lessons(write_lessons(tmp_path / "lessons"), (folder.parent,))
    assert lessons.faults == ()
    return TutorApp(Progress(tmp_path / "state"), lessons.summaries, start)


async def test_they_stand_below_the_others_under_the_name_of_their_folder(tmp_path: Path) -> None:
    async with own_app(tmp_path).run_test(size=NARROW) as pilot:
        await shows(pilot, "Lessons in mine")
        lines = [line.strip() for line in text(pilot.app).splitlines()]
        above = next(n for n, line in enumerate(lines) if line == "Lessons in mine")
        assert lines[above - 1].startswith("4  The second")
        assert lines[above + 1].startswith("3  [b]Mine[/b]")
        # The name of the folder is nothing to point at.
        await press(pilot, "down", "down")
        assert pilot.app.screen.query_one(OptionList).highlighted_option.id == "my-third"  # type: ignore[union-attr]
        await press(pilot, "enter")
        await at_step(pilot, 1)
        await shows(pilot, "[b]Mine[/b]", "One step only.")


async def test_the_last_of_each_folder_has_none_after_it(tmp_path: Path) -> None:
    for last in ("second", "my-third"):
        async with own_app(tmp_path, (last, 0)).run_test(size=NARROW) as pilot:
            await at_step(pilot, 1)
            await press(pilot, "n")
            assert "This was the last lesson." in await at_the_end(pilot)
    async with own_app(tmp_path).run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await shows(pilot, "Resume: [b]Mine[/b], step 1 of 1")
        assert pilot.app.lesson_after("sums").id == "second"  # type: ignore[attr-defined]


async def test_the_palette_tells_two_lessons_of_one_number_apart(tmp_path: Path) -> None:
    async with own_app(tmp_path).run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, "ctrl+p")
        await shows(pilot, "Open lesson 3 in mine: [b]Mine[/b]", "Open lesson 3: Sums")
