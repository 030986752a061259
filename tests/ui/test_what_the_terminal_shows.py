"""Whatever a learner does, the terminal, which is sent differences only, shows what the screens hold."""

from __future__ import annotations

import random
from pathlib import Path

import pyte
import pytest
from textual.drivers.headless_driver import HeadlessDriver

from tests.ui.panel_app import until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp

KEYS = ("tab", "shift+tab", "right", "left", "up", "down", "space", "n", "b", "f", "v", "x", "h", "s", "d")
KEYS += ("question_mark", "escape", "enter", "g", "slash", "1", "a", "pagedown")
SIZES = ((80, 24), (60, 16), (120, 40), (83, 31))
STEPS = 30


class Emulator:
    """A terminal that is sent whatever comes."""

    def __init__(self, width: int, height: int) -> None:
        self.screen = pyte.Screen(width, height)
        self._stream = pyte.Stream(self.screen)

    def take(self, text: str) -> None:
        self._stream.feed(text)

    @property
    def cells(self) -> list[list[object]]:
        rows = self.screen.buffer
        return [[rows[y][x] for x in range(self.screen.columns)] for y in range(self.screen.lines)]


def painted_whole(app: TutorApp) -> list[list[object]]:
    """What a terminal shows that Textual itself paints the whole screen to."""
    emulator = Emulator(*app.size)
    emulator.take(app.screen._compositor.render_update(full=True).render_segments(app.console))
    return emulator.cells


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The terminal of an app that a pilot drives."""
    emulator = Emulator(80, 24)
    monkeypatch.setattr(HeadlessDriver, "is_headless", property(lambda _: False))
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, text: emulator.take(text))
    return emulator


@pytest.mark.parametrize("lesson", ["neuron", "convolution", "gradient-descent"])
async def test_shows_what_the_screens_hold(lesson: str, tmp_path: Path, emulator: Emulator) -> None:
    chosen = random.Random(lesson)
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()), (lesson, None))
    async with app.run_test(size=SIZES[0]) as pilot:
        await until(pilot, lambda: len(app.screen_stack) > 1)
        for step in range(STEPS):
            if step % 10 == 9:
                width, height = chosen.choice(SIZES)
                emulator.screen.resize(height, width)
                await pilot.resize_terminal(width, height)
            await pilot.press(*chosen.choices(KEYS, k=3))
            await until(pilot, lambda: emulator.cells == painted_whole(app))


async def test_a_screen_that_something_wrote_over_is_sent_again(tmp_path: Path, emulator: Emulator) -> None:
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()))
    async with app.run_test(size=SIZES[0]) as pilot:
        await until(pilot, lambda: emulator.cells == painted_whole(app))
        emulator.take("\x1b[2Jmail for you")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: emulator.cells == painted_whole(app))


async def test_a_window_that_is_as_large_as_before_again_is_sent_all(tmp_path: Path, emulator: Emulator) -> None:
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()))
    async with app.run_test(size=SIZES[0]) as pilot:
        await until(pilot, lambda: emulator.cells == painted_whole(app))
        # The terminal cut its lines off; of the two sizes the app hears only of the last.
        emulator.take("\x1b[2J")
        await pilot.resize_terminal(*SIZES[0])
        await until(pilot, lambda: emulator.cells == painted_whole(app))
