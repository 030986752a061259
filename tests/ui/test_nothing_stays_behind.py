"""What was left is let go of: as many objects of the program live after fifty changes of the screen as after half."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter
from pathlib import Path

import pytest
from rich.cells import cached_cell_len
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from tests.ui.panel_app import until
from tests.ui.small_lessons import NARROW, at_home, at_step, press, small_app
from tutor.labs.kit.contract import Lab
from tutor.ui import app as app_module
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.lab_view import Extent, LabView

# On a step that asks nothing: each opens a screen and closes it.
IN_A_LESSON = (
    ("f", "f"), ("x", "escape"), ("?", "escape"), ("c", "c"), ("g", "escape"), ("/", "b", "i", "escape"), ("v", "v"),
)  # fmt: skip
WIDTHS_ASKED = 4
AT_HOME = (("p", "escape"), ("y", "escape"), ("/", "escape"), ("?", "escape"))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was left is let go of in the next turn; what was there before the test is none of it, and set aside."""
    monkeypatch.setattr(app_module, "GIVEN_BACK_AFTER", 0.01)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def objects() -> list[object]:
    """All that has come since the test began and can be reached."""
    gc.collect()
    return gc.get_objects()


def living() -> Counter[str]:
    """How many objects of the program's own classes there are, by class, and threads."""
    # A type that other tests brought in may have anything for its module's name.
    kinds = (type(thing) for thing in objects())
    ours = Counter(
        f"{kind.__module__}.{kind.__qualname__}" for kind in kinds if str(kind.__module__).startswith("tutor.")
    )
    ours["threads"] = threads()
    return ours


def threads() -> int:
    """How many run, without the event loop's pool: that starts one, up to its bound, when all it has are busy."""
    return sum(not thread.name.startswith("asyncio_") for thread in threading.enumerate())


def count_of(kind: type) -> int:
    """How many there are; other tests may have left some."""
    return sum(issubclass(type(thing), kind) for thing in objects())


async def rounds(pilot: Pilot[int], count: int) -> None:
    app = pilot.app
    assert isinstance(app, TutorApp)
    for _ in range(count):
        app.open_lesson("sums", 0)
        await at_step(pilot, 1)
        app.open_lesson("sums", 1)
        await at_step(pilot, 2)
        await press(pilot, "n")
        await at_step(pilot, 3)
        for keys in IN_A_LESSON:
            await press(pilot, *keys)
        await at_step(pilot, 3)
        app.go_home()
        for keys in AT_HOME:
            await press(pilot, *keys)
        await at_home(pilot)


async def test_nothing_of_the_screens_that_were_left_stays(tmp_path: Path) -> None:
    labs, caches = count_of(Lab), count_of(StylesCache)
    app = small_app(tmp_path, ("sums", None))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await rounds(pilot, 2)
        early = living()
        await rounds(pilot, 2)
        # A warm-up that was left may still be looking for its question.
        await until(pilot, lambda: threads() <= early["threads"])
        late = living()
        assert late - early == Counter()
        assert [type(screen).__name__ for screen in app.screen_stack] == ["HomeScreen"]
        assert count_of(Lab) <= labs
        # Textual would keep what a thousand widgets painted last.
        await until(pilot, lambda: count_of(StylesCache) < caches + 200)


async def test_nothing_of_a_lab_that_was_worked_with_stays(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", 2))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "f")
        # Once through all controls: what is kept of the readouts depends on which of them changed last.
        once_around = ("tab", "right", "left") * len(app.screen.focus_chain)
        await press(pilot, *once_around)
        early = living()
        await press(pilot, *once_around * 2)
        late = living()
        # A view keeps its extents at the few widths that its newest data were asked for: how many, a layout decides.
        extents = f"{Extent.__module__}.{Extent.__qualname__}"
        assert late[extents] <= WIDTHS_ASKED * count_of(LabView)
        del early[extents], late[extents]
        assert late - early == Counter()


async def test_nothing_of_the_steps_that_were_left_stays(tmp_path: Path) -> None:
    others = {id(thing) for thing in objects() if isinstance(thing, Widget)}

    def taken_off() -> list[Widget]:
        widgets = (thing for thing in objects() if isinstance(thing, Widget) and id(thing) not in others)
        return [widget for widget in widgets if not widget.is_attached]

    app = small_app(tmp_path, ("sums", 1))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        for _ in range(3):
            await press(pilot, "n")
            await at_step(pilot, 3)
            await press(pilot, "b")
            await at_step(pilot, 2)
        await until(pilot, lambda: not taken_off())


@pytest.mark.parametrize("shown", [False, True])
async def test_a_screen_that_was_left_is_let_go_of(shown: bool, tmp_path: Path) -> None:
    """As it came, or when its timers were set: what they were set in is kept until their time, also if they stop."""
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        gc.disable()
        try:
            app.open_lesson("sums", 1)
            if shown:
                await at_step(pilot, 2)
            app.go_home()
            # The pilot's own timers, all stopped, would have asyncio drop the others sooner than with a learner.
            tries = 0
            while any(isinstance(thing, LessonScreen) for thing in gc.get_objects()):
                await asyncio.sleep(0.01)
                tries += 1
                assert tries < 400
        finally:
            gc.enable()


async def test_texts_and_places_of_what_was_painted_are_forgotten(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        for number in range(1000):
            cached_cell_len(f"text {number}")
            Region(number, number, 1, 1).grow((1, 1, 1, 1))
        await press(pilot, "?", "escape")
        await at_home(pilot)
        await until(pilot, lambda: cached_cell_len.cache_info().currsize < 500)
        await until(pilot, lambda: Region.grow.cache_info().currsize < 500)
