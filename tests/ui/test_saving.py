"""What a lesson says of saving: the word in its head, and the banner while nothing can be saved."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, at_home, at_step, press, shows, write_lessons
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.ui.app import TutorApp


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tutor.course.record.writer_thread.FIRST_RETRY", 0.02)
    monkeypatch.setattr("tutor.course.record.writer_thread.LAST_RETRY", 0.05)
    return tmp_path / "state"


def app_on(state: Path, tmp_path: Path) -> TutorApp:
    progress = Progress(state, in_thread=True)
    return TutorApp(progress, read_summaries(write_lessons(tmp_path / "lessons")), ("sums", 0))


def head(pilot: Pilot[int]) -> str:
    return next(line for line in text(pilot.app).splitlines() if "Sums of" in line)


async def test_saved_is_said_when_it_is_on_the_disk(tmp_path: Path, state: Path) -> None:
    app = app_on(state, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await until(pilot, lambda: "✓ saved" in head(pilot))
        assert app.progress.unsaved == 0
        assert Progress(state).of_lesson("sums").visits == 1
    app.progress.close()


async def test_a_banner_while_nothing_can_be_saved_and_all_of_it_when_it_can(tmp_path: Path, state: Path) -> None:
    state.write_text("a file where the folder should be")
    app = app_on(state, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await shows(pilot, "NOT SAVED. The folder")
        assert "✓" not in head(pilot)
        # The lesson goes on below it, and so does every other screen.
        await press(pilot, *"-0.5", "enter")
        await shows(pilot, "✓ Right.", "NOT SAVED.")
        assert "✓" not in head(pilot)
        await press(pilot, "ctrl+n", "ctrl+n")
        await at_step(pilot, 2)
        await press(pilot, "escape")
        await at_home(pilot)
        await shows(pilot, "NOT SAVED.")
        app.action_glossary()
        await shows(pilot, "Glossary", "NOT SAVED.")
        await press(pilot, "escape")
        await at_home(pilot)
        app.open_lesson("sums")
        await at_step(pilot, 2)
        await shows(pilot, "NOT SAVED.")
        state.unlink()
        await until(pilot, lambda: "NOT SAVED" not in text(pilot.app) and "✓ saved" in head(pilot))
        assert app.progress.unsaved == 0
        assert Progress(state).of_lesson("sums").correct == 1
    app.progress.close()


async def test_a_folder_that_is_taken_away_meanwhile(tmp_path: Path, state: Path) -> None:
    app = app_on(state, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await until(pilot, lambda: "✓ saved" in head(pilot))
        await until(pilot, lambda: app.progress.unsaved == 0)
        shutil.rmtree(state)
        state.write_text("in the way")
        await press(pilot, *"-0.5", "enter")
        await shows(pilot, "NOT SAVED.")
        state.unlink()
        await until(pilot, lambda: "✓ saved" in head(pilot))
        assert Progress(state).of_lesson("sums").correct == 1
    app.progress.close()


async def test_no_frame_says_saved_while_something_waits(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = []
    display = TutorApp._display

    def look(app: TutorApp, screen: object, renderable: object) -> None:
        display(app, screen, renderable)  # type: ignore[arg-type]
        if renderable is not None and app.screen_stack and "Sums of" in text(app):
            painted.append((app.progress.unsaved, "✓ saved" in text(app)))

    monkeypatch.setattr(TutorApp, "_display", look)
    app = app_on(state, tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await until(pilot, lambda: app.progress.unsaved == 0 and "✓ saved" in head(pilot))
        holder = sqlite3.connect(app.progress.file, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        painted.clear()
        await press(pilot, *"-0.5", "enter")
        await shows(pilot, "✓ Right.")
        assert app.progress.unsaved
        assert not any(saved for unsaved, saved in painted[1:] if unsaved)
        holder.execute("ROLLBACK")
        holder.close()
        await until(pilot, lambda: "✓ saved" in head(pilot))
    app.progress.close()
