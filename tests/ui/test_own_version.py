"""After right, the engine's own version on the screen: below the verdict where it has room, and behind a key."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Static

from tests.ui.panel_app import text, until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.practice.catalog import find_exercise, read_exercises
from tutor.practice.exercise import Exercise
from tutor.practice.record import PracticeRecord
from tutor.practice.report import own_version
from tutor.practice.verdict import Verdict
from tutor.resources import lessons_folder
from tutor.sandbox.restriction import reachable_level
from tutor.ui.app import TutorApp
from tutor.ui.screens.practice.exercise_screen import ExerciseScreen
from tutor.ui.screens.practice.own_version import folded
from tutor.ui.screens.source import SourceScreen
from tutor.ui.widgets.code_editor import CodeEditor
from tutor.ui.widgets.key_line import KeyLine

needs_sandbox = pytest.mark.skipif(not reachable_level().complete, reason="this machine cannot restrict a process")
SUMMARIES = read_summaries(lessons_folder())
EXERCISES = read_exercises()
RELU, RMSPROP = (find_exercise(name, EXERCISES) for name in ("relu", "rmsprop"))
CUT = 70
"""Signs of a line that are in view in the narrowest window."""
HEADING = "The engine's own version (tutor.engine.activations: relu):"


def app_in(folder: Path) -> TutorApp:
    return TutorApp(Progress(folder, learner=0), SUMMARIES, ("activations", 0))


async def opened(app: TutorApp, pilot: Pilot[int], exercise: Exercise) -> ExerciseScreen:
    await until(pilot, lambda: getattr(app.screen, "session", None) is not None)
    await app.push_screen(ExerciseScreen(exercise, "another"))
    screen = app.screen
    assert isinstance(screen, ExerciseScreen)
    await until(pilot, lambda: bool(screen.query(CodeEditor)))
    return screen


def said(screen: ExerciseScreen) -> str:
    return str(screen.query_one("#verdict", Static).render())


def words(screen: ExerciseScreen) -> str:
    return " ".join(said(screen).split())


def shows_its_key(screen: ExerciseScreen) -> bool:
    return any(binding.key == "ctrl+e" for binding in screen.query_one(KeyLine).shown())


async def right(screen: ExerciseScreen, pilot: Pilot[int]) -> None:
    screen.query_one(CodeEditor).text = screen._exercise.solution
    await pilot.press("ctrl+r")
    await until(pilot, lambda: "✓ Right" in said(screen))


@needs_sandbox
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_key_shows_all_pieces_once_it_is_right_and_not_before(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_in(tmp_path)
    async with app.run_test(size=size) as pilot:
        screen = await opened(app, pilot, RELU)
        assert not shows_its_key(screen)
        editor = screen.query_one(CodeEditor)
        editor.move_cursor((0, 0))
        await pilot.press("ctrl+e")
        assert app.screen is screen
        assert editor.cursor_location == (0, len(editor.document[0])), "until then it is the editor's key"
        await right(screen, pilot)
        await until(pilot, lambda: shows_its_key(screen) and "Engine's" in text(app))
        await until(pilot, lambda: "ctrl+e shows" in words(screen))
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, SourceScreen))
        one, other = own_version(RELU)
        for piece in (one, other):
            await until(pilot, lambda piece=piece: f" {piece.heading}" in text(app) and "takes the slope" in text(app))
            await until(pilot, lambda piece=piece: all(line[:CUT] in text(app) for line in piece.source.splitlines()))
            await pilot.press("tab")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.focused is editor


@needs_sandbox
async def test_a_short_version_is_below_the_verdict_where_the_window_is_wide(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(app, pilot, RELU)
        await right(screen, pilot)
        first = own_version(RELU)[0]
        assert words(screen).index(RELU.better) < words(screen).index(HEADING)
        assert all(line in said(screen) for line in first.source.splitlines())
        assert "ctrl+e shows all of it, 2 pieces. ctrl+n goes on to the next: another." in words(screen)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "def relu" not in said(screen))
        assert "ctrl+e shows the engine's own version." in words(screen)
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: "def relu" in said(screen))
        # Something else takes the place of the verdict, and a change of the size does not bring it back.
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Hint\n" in said(screen))
        await pilot.resize_terminal(130, 40)
        await pilot.pause()
        await pilot.pause()
        assert "Hint\n" in said(screen)


@needs_sandbox
async def test_a_long_version_leaves_its_place_to_the_key(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(app, pilot, RMSPROP)
        await right(screen, pilot)
        assert "def _rmsprop" not in said(screen)
        assert "ctrl+e shows the engine's own version." in words(screen)


async def test_it_stays_for_whoever_has_it_right_and_is_nobody_elses(tmp_path: Path) -> None:
    app = app_in(tmp_path)
    PracticeRecord(app.progress).checked("relu", Verdict("right", ""))
    PracticeRecord(app.progress).checked("rmsprop", Verdict("wrong", "no"))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(app, pilot, RELU)
        await until(pilot, lambda: shows_its_key(screen))
        await pilot.press("ctrl+e")
        await until(pilot, lambda: isinstance(app.screen, SourceScreen))
        await pilot.press("ctrl+e")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not screen)
        assert not shows_its_key(await opened(app, pilot, RMSPROP))


@pytest.mark.parametrize("width", [8, 12, 20, 45])
def test_no_sign_is_lost_where_a_line_goes_on_below(width: int) -> None:
    for exercise in EXERCISES:
        for line in own_version(exercise)[0].source.splitlines():
            parts = [part.plain for part in folded(Content(line), width)]
            assert max(map(len, parts)) <= width
            assert "".join("".join(parts).split()) == "".join(line.split())
