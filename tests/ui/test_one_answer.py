"""A screen that was answered, or that another lies above, takes no second answer; and a fault ends the app at once."""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import pkgutil
from pathlib import Path

import pytest
from textual import events
from textual._context import active_app
from textual.dom import NoScreen
from textual.pilot import Pilot
from textual.screen import Screen

import tutor.ui.screens
from tests.ui.panel_app import until
from tests.ui.small_lessons import NARROW, at_step, press, small_app
from tutor.ui.app import TutorApp
from tutor.ui.closed_screen_error import is_closed_screen_error
from tutor.ui.screens.choose_number import ChooseNumberScreen
from tutor.ui.screens.finished import FinishedScreen
from tutor.ui.screens.help import HelpScreen
from tutor.ui.screens.home import HomeScreen
from tutor.ui.screens.jump import JumpScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.microscope import MicroscopeScreen
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.screens.palette import Palette
from tutor.ui.screens.search import SearchScreen
from tutor.ui.terminal.driver import TutorDriver
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.step_text import StepText


def enter_at_once(pilot: Pilot[int], times: int = 3) -> None:
    """Enter so many times, each before anything came of those before: past the driver, which would wait."""
    for _ in range(times):
        pilot.app.post_message(events.Key("enter", "\r"))


async def opened(pilot: Pilot[int], key: str, screen: type[Screen[object]]) -> None:
    await press(pilot, key)
    await until(pilot, lambda: isinstance(pilot.app.screen, screen) and pilot.app.screen.is_mounted)


async def stays_on(pilot: Pilot[int], *screens: type[Screen[object]]) -> None:
    await until(pilot, lambda: tuple(map(type, pilot.app.screen_stack)) == screens)
    await pilot.pause()
    assert tuple(map(type, pilot.app.screen_stack)) == screens


@pytest.mark.parametrize(
    ("key", "screen", "then"),
    [
        ("g", JumpScreen, ()),
        ("x", ChooseNumberScreen, (MicroscopeScreen,)),
        ("f1", HelpScreen, ()),
    ],
)
async def test_a_list_answered_three_times_at_once(
    key: str, screen: type[Screen[object]], then: tuple[type[Screen[object]], ...], tmp_path: Path
) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await opened(pilot, key, screen)
        enter_at_once(pilot)
        await stays_on(pilot, HomeScreen, LessonScreen, *then)


async def test_a_command_is_done_once_however_often_it_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = []
    monkeypatch.setattr(TutorApp, "exit", lambda *_, **__: left.append("left"))
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await opened(pilot, "ctrl+p", Palette)
        await press(pilot, *"Leave")
        await until(pilot, lambda: pilot.app.screen.query_one("CommandList").option_count > 0)  # type: ignore[attr-defined]
        await press(pilot, "down")
        enter_at_once(pilot)
        await until(pilot, lambda: bool(left))
        await stays_on(pilot, HomeScreen, LessonScreen)
    assert left == ["left"]


async def test_a_find_and_a_lesson_are_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_lessons = []
    open_lesson = TutorApp.open_lesson

    def count(app: TutorApp, lesson_id: str, position: int | None = None) -> None:
        opened_lessons.append(lesson_id)
        open_lesson(app, lesson_id, position)

    monkeypatch.setattr(TutorApp, "open_lesson", count)
    async with small_app(tmp_path).run_test(size=NARROW) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen) and pilot.app.screen.focused is not None)
        enter_at_once(pilot)
        await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen))
        await pilot.pause()
        assert len(opened_lessons) == 1


@pytest.mark.parametrize("screen", [SearchScreen, FinishedScreen])
async def test_closed_twice_at_once_it_closes_nothing_else(screen: type[Screen[object]], tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        lesson = pilot.app.screen
        assert isinstance(lesson, LessonScreen)
        above = SearchScreen() if screen is SearchScreen else FinishedScreen(lesson.session, lesson.go_to_step)
        await pilot.app.push_screen(above)
        for _ in range(3):
            above.action_close() if isinstance(above, SearchScreen) else above.action_back()
        await stays_on(pilot, HomeScreen, LessonScreen)


async def test_an_answer_to_what_lies_below_is_none(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await opened(pilot, "g", JumpScreen)
        below = pilot.app.screen
        await pilot.app.push_screen(SearchScreen())
        await below.dismiss(0)
        await stays_on(pilot, HomeScreen, LessonScreen, JumpScreen, SearchScreen)


def test_every_screen_takes_one_answer() -> None:
    for module in pkgutil.iter_modules(tutor.ui.screens.__path__):
        for found in vars(importlib.import_module(f"tutor.ui.screens.{module.name}")).values():
            if isinstance(found, type) and issubclass(found, Screen) and found.__module__.startswith("tutor."):
                assert issubclass(found, OneAnswer), found


async def test_a_press_on_a_widget_that_has_gone_is_none(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        panel = pilot.app.screen.query_one(LabPanel)
        await panel.remove()
        # It is told of a history that has changed, and has no screen any more whose keys that could concern.
        panel._could_undo = True, True
        panel.press(panel.lab.controls()[-1].name)
        with pytest.raises(NoScreen) as raised:
            _ = panel.screen
        assert is_closed_screen_error(pilot.app, raised.value)


@pytest.mark.parametrize("asked", ["hint", "skip", "answer", "solution"])
async def test_what_is_asked_for_while_the_lesson_is_left_is_nothing(asked: str, tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        lesson = pilot.app.screen
        assert isinstance(lesson, LessonScreen)
        await lesson.action_full()
        await pilot.pause()
        # Back from the full lab takes a moment, in which the learner leaves.
        asking = asyncio.create_task(getattr(lesson, f"action_{asked}")())
        await asyncio.sleep(0)
        assert not asking.done()
        assert isinstance(pilot.app, TutorApp)
        pilot.app.go_home()
        await asking
        state = lesson.session.question_state(0)
        assert (state.hints_taken, state.skipped) == (0, False)
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_a_click_on_what_was_taken_off_but_still_stands_on_the_screen(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        text = pilot.app.screen.query_one(StepText)
        x, y = text.region.x + 1, text.region.y
        assert pilot.app.screen.get_widget_at(x, y)[0] in text.walk_children(with_self=True)
        with pilot.app.batch_update():
            # Nothing is laid out anew before the click comes.
            await text.remove()
            press_ = events.MouseDown(None, x, y, 0, 0, 1, False, False, False, x, y)
            await pilot.app.on_event(press_)
        await pilot.pause()
        assert isinstance(pilot.app.screen, LessonScreen)


async def test_what_threads_have_the_app_do_is_done_in_its_name(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        found = []
        driver = TutorDriver(pilot.app, size=NARROW)
        pilot.app.line_caught_up = lambda: found.append(active_app.get())  # type: ignore[attr-defined]
        # A thread begins with nothing.
        contextvars.Context().run(driver._caught_up)
        await until(pilot, lambda: bool(found))
        assert found == [pilot.app]


@pytest.mark.parametrize("where", ["callback", "task"])
async def test_a_fault_that_asyncio_alone_hears_of_ends_the_app_at_once(where: str, tmp_path: Path) -> None:
    def fault() -> None:
        raise ZeroDivisionError("in the loop")

    async def faulty() -> None:
        fault()

    app = small_app(tmp_path)

    async def run() -> None:
        async with app.run_test(size=NARROW) as pilot:
            await until(pilot, lambda: isinstance(app.screen, HomeScreen))
            loop = asyncio.get_running_loop()
            if where == "callback":
                loop.call_soon(fault)
            else:
                loop.call_soon(lambda: loop.create_task(faulty()) and None)
            async with asyncio.timeout(10.0):
                while app.is_running:
                    await asyncio.sleep(0.01)

    with pytest.raises(ZeroDivisionError):
        await run()
    assert len(list(Path(app.progress.folder).glob("crash-*.log"))) == 1
