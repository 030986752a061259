"""The terminal, which is sent differences only, shows what the screens hold, also if it lost what it was sent.

Whatever a learner does: tests/fuzz/test_random_sessions.py looks at it all along.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator, emulator_of_apps
from tests.ui.panel_app import until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp

SIZE = (80, 24)


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    return emulator_of_apps(monkeypatch)


async def test_a_screen_that_something_wrote_over_is_sent_again(tmp_path: Path, emulator: Emulator) -> None:
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: emulator.shows(app))
        emulator.take("\x1b[2Jmail for you")
        assert not emulator.shows(app)
        await pilot.press("ctrl+l")
        await until(pilot, lambda: emulator.shows(app))


async def test_a_window_that_is_as_large_as_before_again_is_sent_all(tmp_path: Path, emulator: Emulator) -> None:
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: emulator.shows(app))
        # The terminal cut its lines off; of the two sizes the app hears only of the last.
        emulator.take("\x1b[2J")
        await pilot.resize_terminal(*SIZE)
        await until(pilot, lambda: emulator.shows(app))
