"""A pack on the screen: a part of the list under its title, its exercises among the others, its progress apart."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import OptionList

from tests.ui.small_lessons import NARROW, at_step, press, shows, write_lessons
from tests.unit.course.packs.made_packs import pack_texts, write_pack
from tutor.course.lessons.own_lessons import read_lessons
from tutor.course.record.progress import Progress
from tutor.ui.app import TutorApp


def pack_app(tmp_path: Path, start: tuple[str, int | None] | None = None) -> TutorApp:
    """The app on the small lessons, one of them ``sums``, and on a pack with a lesson of that id too."""
    pack = write_pack(tmp_path / "pack", pack_texts(exercises=True))
    lessons = read_lessons(write_lessons(tmp_path / "lessons"), (pack,))
    assert lessons.faults == ()
    return TutorApp(Progress(tmp_path / "state"), lessons.summaries, start)


async def test_it_has_its_own_heading_and_its_lesson_opens(tmp_path: Path) -> None:
    async with pack_app(tmp_path).run_test(size=NARROW) as pilot:
        await shows(pilot, "Of use", "1  Sums")
        listed = pilot.app.screen.query_one(OptionList)
        listed.highlighted = listed.get_option_index("of-use/sums")
        await press(pilot, "enter")
        await at_step(pilot, 1)
        await shows(pilot, "1 Sums")
        assert pilot.app.lesson_after("of-use/sums").id == "of-use/neuron"  # type: ignore[attr-defined]
    progress = Progress(tmp_path / "state")
    assert progress.of_lesson("sums").visits == 0
    assert progress.of_lesson("of-use/sums").visits == 1
    progress.close()


async def test_where_there_is_room_its_heading_says_what_it_is_about(tmp_path: Path) -> None:
    async with pack_app(tmp_path).run_test(size=(120, 40)) as pilot:
        await shows(pilot, "Of use  What is of use.")


async def test_its_exercise_is_listed_and_has_the_lab_of_its_lesson_beside_it(tmp_path: Path) -> None:
    async with pack_app(tmp_path, ("of-use/sums", 1)).run_test(size=(120, 40)) as pilot:
        await at_step(pilot, 2)
        app = pilot.app
        assert isinstance(app, TutorApp)
        app.action_practice("of-use/sums")
        await shows(pilot, "Twice", "It belongs to lesson 1, Sums.")
        await press(pilot, "enter")
        await shows(pilot, "def double(x):", "Return 2·x.")
