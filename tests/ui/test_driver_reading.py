"""What the reading thread makes of a terminal that other programs use too, and of one that is gone."""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
from collections.abc import Iterator

import pytest
from textual.app import App
from textual.events import Key
from textual.message import Message
from textual.widgets import Input

from tutor.ui.terminal.driver import BUSY_WITH, STALE, TutorDriver, terminal_selector


class Listening(App[None]):
    """Notes the keys that come, and whether the line is said to be gone."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.gone = False
        self.came = asyncio.Event()

    def post_message(self, message: Message) -> bool:
        if isinstance(message, Key):
            self.keys.append(message.key)
            self.came.set()
        return True

    def line_is_gone(self) -> None:
        self.gone = True

    def line_caught_up(self) -> None:
        raise AssertionError("nothing was written")


@pytest.fixture
def line() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


@pytest.mark.parametrize(("system", "kind"), [("linux", selectors.PollSelector), ("darwin", selectors.SelectSelector)])
async def test_what_another_program_has_read_is_no_end(
    system: str, kind: type, line: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert type(terminal_selector()) is kind
    reading, writing = line
    app = Listening()
    driver = TutorDriver(app, size=(80, 24))
    driver.fileno = reading
    read, refusals = os.read, [BlockingIOError(), BlockingIOError()]

    def sometimes_nothing(descriptor: int, most: int) -> bytes:
        if descriptor == reading and refusals:
            raise refusals.pop()
        return read(descriptor, most)

    monkeypatch.setattr(os, "read", sometimes_nothing)
    os.write(writing, b"k")
    thread = asyncio.get_running_loop().run_in_executor(None, driver.run_input_thread)
    await asyncio.wait((asyncio.ensure_future(app.came.wait()), thread), return_when=asyncio.FIRST_COMPLETED)
    assert (app.keys, app.gone, refusals) == (["k"], False, [])
    os.close(writing)
    await thread
    assert app.gone


async def test_what_a_widget_that_was_taken_off_never_read_holds_up_no_key() -> None:
    app: App[None] = App()
    async with app.run_test():
        field = Input()
        await app.mount(field)
        removal = field.remove()
        app.screen.set_focus(field)
        await removal
        for _ in range(BUSY_WITH + 1):
            field._message_queue.put_nowait(Key("a", "a"))
        assert app.screen.focused is field
        assert not TutorDriver(app, size=(80, 24))._app_is_busy()


async def test_a_key_that_waited_for_too_long_is_left_out_but_for_the_one_that_leaves() -> None:
    app = Listening()
    driver = TutorDriver(app, size=(80, 24))
    for key, age in (("a", STALE + 1), ("ctrl+q", STALE + 1), ("b", STALE + 1), ("c", 0.0)):
        typed = Key(key, None)
        typed.time -= age
        driver._waiting.append(typed)
    driver._hand_over()
    assert app.keys == ["ctrl+q", "c"]
