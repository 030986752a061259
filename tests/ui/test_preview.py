"""``dl-tutor preview`` on the screen: a save shows the lesson again at the same step, with what the check says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import at_step, press, shows
from tutor.cli import main
from tutor.course.preview.folder_check import FolderCheck
from tutor.course.preview.forgetful_progress import ForgetfulProgress
from tutor.course.preview.watched import Previewed
from tutor.sandbox.restriction import reachable_level
from tutor.ui.preview.app import PreviewApp
from tutor.ui.preview.findings_strip import FindingsStrip
from tutor.ui.preview.screens import FindingsScreen, PreviewExerciseScreen, PreviewLessonScreen

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    assert main(["new", "lesson", "mine", "--in", str(tmp_path)]) == 0
    return tmp_path / "01_mine"


@contextmanager
def preview_of(folder: Path, kind: str = "lesson", check: FolderCheck | None = None) -> Iterator[PreviewApp]:
    of = Previewed(folder, "lesson" if kind == "lesson" else "exercise")
    progress = ForgetfulProgress(folder.parent / "state", learner=0)
    app = PreviewApp(of, progress, check=check or FolderCheck(of))
    try:
        yield app
    finally:
        app.close_check()
        progress.close()


def change(file: Path, old: str, new: str) -> None:
    """As an editor saves it: another file takes its place."""
    source = file.read_text(encoding="utf-8")
    assert source.count(old) == 1
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(source.replace(old, new), encoding="utf-8")
    beside.replace(file)


async def findings(pilot: Pilot[int], words: str) -> None:
    """Wait until the strip says this."""
    await until(pilot, lambda: any(words in str(each.content) for each in pilot.app.screen.query(FindingsStrip)))


@pytest.mark.parametrize("size", SIZES)
async def test_a_save_is_shown_at_the_same_step_with_its_findings(size: tuple[int, int], lesson: Path) -> None:
    with preview_of(lesson) as app:
        async with app.run_test(size=size) as pilot:
            await at_step(pilot, 1)
            await findings(pilot, "all holds")
            await press(pilot, "n")
            await at_step(pilot, 2)
            change(lesson / "lesson.md", "A weight grows.", "One weight grows larger.")
            await shows(pilot, "One weight grows larger.")
            await at_step(pilot, 2)
            line = (lesson / "lesson.toml").read_text(encoding="utf-8").split("products[1]} + ")[0].count("\n") + 1
            change(lesson / "lesson.toml", "{products[1]} + (", "{nothing} + (")
            await findings(pilot, f"lesson.toml:{line}: ")
            await at_step(pilot, 2)
            change(lesson / "lesson.toml", "{nothing} + (", "{products[1]} + (")
            await findings(pilot, "all holds")


async def test_a_step_that_moved_is_shown_where_it_is_now(lesson: Path) -> None:
    with preview_of(lesson) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await at_step(pilot, 1)
            await press(pilot, "n", "n")
            await at_step(pilot, 3)
            for name, begins, ends in (
                ("lesson.md", "## Which way", "## Your"),
                ("lesson.toml", "# A question with c", "# A g"),
            ):
                whole = (lesson / name).read_text(encoding="utf-8")
                (lesson / name).write_text(whole[: whole.index(begins)] + whole[whole.index(ends) :], encoding="utf-8")
            await shows(pilot, "2/2")
            assert isinstance(app.screen, PreviewLessonScreen)
            assert app.screen.session.step.id == "your-turn"


async def test_a_half_written_file_is_told_and_the_last_good_one_stays(lesson: Path) -> None:
    sound = (lesson / "lesson.toml").read_text(encoding="utf-8")
    with preview_of(lesson) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await at_step(pilot, 1)
            shown = 'show = ["x", "w", "products", "weighted_sum"]'
            for old, new, said in (
                (sound[sound.index("answer") :], "answ", "lesson.toml:"),
                (sound, "", "'id' is missing"),
                ('lab = "neuron"', 'lab = "none"', "no lab"),
                (shown, 'show = ["nothing"]', "no control or readout"),
                ("{x[1]}, {x[2]}", "{nothing}", "a placeholder"),
                ("set = { b = 0, activation", "set = { c = 0, activation", "no control that takes a value"),
            ):
                broken = sound.replace(old, new, 1)
                (lesson / "lesson.toml").write_text(broken, encoding="utf-8")
                await findings(pilot, said)
                assert "Traceback" not in text(app)
            (lesson / "lesson.md").unlink()
            await findings(pilot, "a lesson needs a lesson.md")
            assert app.return_code is None


async def test_a_lesson_that_cannot_be_read_at_first_is_shown_once_it_can(lesson: Path) -> None:
    sound = (lesson / "lesson.toml").read_text(encoding="utf-8")
    (lesson / "lesson.toml").write_text("id =", encoding="utf-8")
    with preview_of(lesson) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await shows(pilot, "lesson.toml:1: this is not TOML")
            assert isinstance(app.screen, FindingsScreen)
            (lesson / "lesson.toml").write_text(sound, encoding="utf-8")
            await at_step(pilot, 1)
            await press(pilot, "escape", "escape")
            await until(pilot, lambda: isinstance(app.screen, FindingsScreen))
            await press(pilot, "r")
            await at_step(pilot, 1)


async def test_a_check_that_never_ends_is_ended_by_the_next_save(lesson: Path) -> None:
    of = Previewed(lesson, "lesson")
    check = FolderCheck(of, (sys.executable, "-c", "import time; time.sleep(1000)"))
    with preview_of(lesson, check=check) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await findings(pilot, "checking")
            process = check._process
            assert process is not None
            change(lesson / "lesson.md", "A weight grows.", "One grows.")
            await until(pilot, lambda: process.poll() is not None)
            await findings(pilot, "checking")


@pytest.mark.skipif(not reachable_level().complete, reason="this machine cannot restrict a process")
async def test_an_exercise_is_shown_again_too(tmp_path: Path) -> None:
    assert main(["new", "exercise", "total", "--in", str(tmp_path)]) == 0
    folder = tmp_path / "01_total"
    with preview_of(folder, "exercise") as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, PreviewExerciseScreen))
            await findings(pilot, "all holds")
            change(folder / "task.md", "Multiply each", "Now multiply each")
            await shows(pilot, "Now multiply each")
            change(folder / "another.py", "total += x[i]", "total += 2 * x[i]")
            await findings(pilot, "another.py is not right")
