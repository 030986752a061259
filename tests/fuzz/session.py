"""One random session in the app itself, and what went wrong in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from textual import events as textual_events
from textual.pilot import Pilot

from tests.emulator import Emulator
from tests.fuzz.events import Event, Open, Paste, Point, Press, Resize, random_events
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.resources import lessons_folder
from tutor.training.worker.run import Workshop
from tutor.training.worker.slots import VARIABLE
from tutor.ui.app import TutorApp

GIVE_UP_SECONDS = 60.0
AT_ONCE = 4
"""Events that are sent before it is waited until all is dealt with: some come while others are under way."""
_MOUSE = {
    "down": textual_events.MouseDown, "up": textual_events.MouseUp, "move": textual_events.MouseMove,
    "scroll_up": textual_events.MouseScrollUp, "scroll_down": textual_events.MouseScrollDown,
}  # fmt: skip


class Failed(AssertionError):
    """A session went wrong; the message says at which event and how."""


async def run_session(seed: int, count: int, folder: Path, terminal: Emulator | None = None) -> int:
    """Do ``count`` random events in an app of its own; how many were done before it was left. Raises ``Failed``.

    If there is a ``terminal``, it is to show what the screens hold whenever all is dealt with.
    TensorFlow is never loaded: the machine has no slot for it (``environment``).
    """
    all_events = random_events(seed, count)
    progress = Progress(folder, learner=0)
    workshop = Workshop(folder / "worker.log")
    app = TutorApp(progress, read_summaries(lessons_folder()), None, lambda: workshop)
    done = 0
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for start in range(0, count, AT_ONCE):
                now = all_events[start : start + AT_ONCE]
                for event in now:
                    if terminal is not None and isinstance(event, Resize):
                        terminal.screen.resize(event.rows, event.columns)
                    await _do(pilot, event)
                await _settle(pilot, seed, start, now)
                done = start + len(now)
                if app._exit or app._exception is not None:
                    break
                if terminal is not None:
                    await _shown(pilot, terminal, seed, start, now)
            if app._exception is None and not app._exit:
                await _still_answers(pilot, seed)
    except Failed:
        raise
    except BaseException as error:
        if app._exception is None and not isinstance(error, Exception):
            raise
    finally:
        workshop.close()
        progress.close()
    if app._exception is not None:
        raise Failed(f"seed {seed}, about event {done}: {app._exception!r}") from app._exception
    reports = sorted(folder.rglob("crash-*"))
    if reports:
        raise Failed(f"seed {seed}: {reports[0].read_text(errors='replace')[-2000:]}")
    return done


def environment(folder: Path) -> dict[str, str]:
    """Variables under which a session loads no TensorFlow."""
    slots = folder / "slots"
    slots.mkdir(exist_ok=True)
    return {VARIABLE: str(slots)}


async def _settle(pilot: Pilot[int], seed: int, start: int, now: Sequence[Event]) -> None:
    try:
        await asyncio.wait_for(pilot.pause(), GIVE_UP_SECONDS)
    except TimeoutError:
        raise Failed(f"seed {seed}: hangs after events {start} to {start + len(now)}: {now}") from None


async def _shown(pilot: Pilot[int], terminal: Emulator, seed: int, start: int, now: Sequence[Event]) -> None:
    app = pilot.app
    assert isinstance(app, TutorApp)
    end = time.monotonic() + GIVE_UP_SECONDS
    while not terminal.shows(app):
        if app._exit or app._exception is not None:
            return
        if time.monotonic() > end:
            shown = "\n".join(terminal.screen.display)
            raise Failed(
                f"seed {seed}: the terminal shows something else after {start} to {start + len(now)}:\n{shown}"
            )
        await pilot.pause()


async def _still_answers(pilot: Pilot[int], seed: int) -> None:
    """A window of the usual size shows something; the home screen can be reached."""
    app = pilot.app
    await pilot.resize_terminal(100, 30)
    await asyncio.wait_for(pilot.pause(), GIVE_UP_SECONDS)
    if app.size != (100, 30):
        raise Failed(f"seed {seed}: a new size is not heeded")
    assert isinstance(app, TutorApp)
    app.go_home()
    await asyncio.wait_for(pilot.pause(), GIVE_UP_SECONDS)


async def _do(pilot: Pilot[int], event: Event) -> None:
    app = pilot.app
    driver = app._driver
    assert driver is not None
    match event:
        case Press(key):
            name = "space" if key == " " else key
            driver.send_message(textual_events.Key(name, key if len(key) == 1 else " " if key == "space" else None))
        case Point(what, across, along):
            x, y = round(across * app.size.width), round(along * app.size.height)
            button = 0 if what.startswith(("move", "scroll")) else 1
            made = _MOUSE[what](None, x, y, 0, 0, button, False, False, False, x, y)
            driver.process_message(made)
        case Paste(text):
            driver.send_message(textual_events.Paste(text))
        case Resize(columns, rows):
            await pilot.resize_terminal(columns, rows)
        case Open(lesson, step):
            assert isinstance(app, TutorApp)
            summary = app.summaries[int(lesson * len(app.summaries))]
            app.open_lesson(summary.id, int(step * 12))
