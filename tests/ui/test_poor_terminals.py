"""Every lesson, step by step, on the poorest terminal: ASCII alone, no colours, 60 columns and 16 lines.

And of each step, that at the smallest usual size its text, its question and its choices stand there whole.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.widget import Widget

from tests.e2e.step_on_screen import says_all
from tests.emulator import Emulator, emulator_of_apps
from tests.ui.panel_app import text, unpainted, until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.terminal.characters import Characters
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.lab_view import LabView
from tutor.ui.widgets.lesson_head import LessonHead
from tutor.ui.widgets.question_panel import ChoiceList

SUMMARIES = read_summaries(lessons_folder())
SMALLEST = (60, 16)
USUAL = (80, 24)
_SGR = re.compile(r"\x1b\[([0-9;:]*)m")
# Bold, dim, italic, underlined, reversed, and the ends of these.
_WITHOUT_COLOUR = {"", "0", "1", "2", "3", "4", "7", "22", "23", "24", "27", "39", "49"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written to the terminal of an app that a pilot drives, which has neither colours nor Unicode."""
    written: list[str] = []
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(HeadlessDriver, "is_headless", property(lambda _: False))
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, text: written.append(text))
    return written


def colours(text: str) -> set[str]:
    """The parameters of its SGR sequences that are about colours."""
    return {part for found in _SGR.findall(text) for part in re.split("[;:]", found)} - _WITHOUT_COLOUR


def painted(app: TutorApp) -> None:
    """Send the terminal the screen as it is now."""
    app._display(app.screen, app.screen._compositor.render_update(full=True))


@pytest.mark.parametrize("lesson", [summary.id for summary in SUMMARIES])
async def test_every_step_of_every_lesson(
    lesson: str, tmp_path: Path, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each step is painted when it stands there: the frames on the way to it have nothing else on them.
    monkeypatch.setattr(Screen, "_compositor_refresh", unpainted)
    app = TutorApp(Progress(tmp_path, learner=0), SUMMARIES, (lesson, 0), characters=Characters.ASCII)
    async with app.run_test(size=SMALLEST) as pilot:
        await until(pilot, lambda: _is_shown(app, 0))
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        for position in range(len(screen.step_titles)):
            await screen.go_to_step(position)
            await until(pilot, lambda p=position: _is_shown(app, p))
            if app.focused is None and screen.focus_chain:
                await pilot.press("tab")
                await until(pilot, lambda: app.focused is not None)
            # From one size to the other and, in the next step, back.
            for size in (app.size, USUAL if app.size == SMALLEST else SMALLEST):
                if app.size != size:
                    await pilot.resize_terminal(*size)
                await until(pilot, lambda p=position: _is_shown(app, p))
                await pilot.pause()
                painted(app)
                if size == USUAL:
                    await until(pilot, lambda: says_all(text(app), screen.session.step))
                else:
                    _assert_usable(app)
        await pilot.resize_terminal(*SMALLEST)
        await screen.action_full()
        panel = screen.query_one(LabPanel)
        await until(pilot, lambda: panel.size.width == SMALLEST[0] - 2)
        while panel.scroll_y < panel.max_scroll_y:
            painted(app)
            panel.scroll_relative(y=SMALLEST[1] // 2, animate=False)
            await pilot.pause()
        painted(app)
    written = "".join(sent)
    assert "Help" in written
    assert written.isascii()
    assert not colours(written)


async def test_words_differ_from_what_is_behind_them_on_a_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The console of Linux has sixteen colours to write with, and the darker eight of them to write on."""
    for name in ("COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "linux")
    emulator = emulator_of_apps(monkeypatch)
    app = TutorApp(Progress(tmp_path, learner=0), SUMMARIES, ("neuron", 0), characters=Characters.CONSOLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: _is_shown(app, 0))
        _assert_readable(emulator)
        for keys, words in (
            ("n", "weighted sum"),
            ("escape s", "Skipped"),
            ("f", "should be 1"),
            ("slash", "Search"),
        ):
            await pilot.press(*keys.split())
            await until(pilot, lambda w=words: w in "".join(emulator.screen.display))
            _assert_readable(emulator)
        await pilot.press("escape", "escape", "escape", "p")
        await until(pilot, lambda: "Progress" in emulator.screen.display[0])
        _assert_readable(emulator)


def _assert_readable(emulator: Emulator) -> None:
    for y in range(emulator.screen.lines):
        for x in range(emulator.screen.columns):
            cell = emulator.screen.buffer[y][x]
            behind = cell.bg.removeprefix("bright")
            assert not cell.data.isalnum() or behind == "default" or cell.fg != behind, (
                f"{cell} in {emulator.screen.display[y]!r}"
            )


def _is_shown(app: TutorApp, position: int) -> bool:
    if not isinstance(app.screen, LessonScreen) or app.screen.session.position != position:
        return False
    shown = [*app.screen.query(LabView), *_choices(app)]
    return bool(shown) and all(widget.size.width for widget in shown)


def _choices(app: TutorApp) -> list[ChoiceList]:
    """The list of choices, if it is shown."""
    return [c for c in app.screen.query(ChoiceList) if all(n.display for n in (c, c.parent) if isinstance(n, Widget))]


def _assert_usable(app: TutorApp) -> None:
    """The keys are named, tab goes somewhere, the choices are seen whole, no field is wider than its panel."""
    screen = app.screen
    keys = str(screen.query_one(KeyLine).render())
    assert "Help" in keys or "esc" in keys, keys
    panel = screen.query_one(LabPanel)
    for view in panel.query(LabView):
        assert view.region.right <= panel.region.right
        extent = view.stage_extent if view.staged else view.extent
        assert view.size.height >= extent(view.size.width).least
    for choices in _choices(app):
        shown = "".join(choices.render_line(y).text for y in range(choices.virtual_size.height))
        for number in range(choices.option_count):
            option = str(choices.get_option_at_index(number).prompt)
            assert "".join(option.split()) in "".join(shown.split())
    assert isinstance(screen, LessonScreen)
    assert screen.session.step.title in str(screen.query_one(LessonHead).render())
