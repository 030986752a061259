"""A change of the window's size is heard of at once, wherever its signal comes in."""

from __future__ import annotations

import asyncio
import signal
import threading
import time

import pytest
from textual.app import App
from textual.events import Resize
from textual.message import Message

from tutor.ui.terminal.driver import TutorDriver

LONG = 20.0
"""Seconds that the loop would sleep."""


class Listening(App[None]):
    """Notes what it is sent, and wakes nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.sized = asyncio.Event()

    def post_message(self, message: Message) -> bool:
        if isinstance(message, Resize):
            self.sized.set()
        return True


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals are for the main thread")
async def test_a_signal_that_another_thread_gets_wakes_the_loop() -> None:
    app = Listening()
    driver = TutorDriver(app, size=(80, 24))
    before = signal.getsignal(signal.SIGWINCH)
    driver.mind_size()
    try:
        asleep = threading.Event()

        def other() -> None:
            asleep.wait()
            signal.pthread_kill(threading.get_ident(), signal.SIGWINCH)

        thread = threading.Thread(target=other)
        thread.start()
        asyncio.get_running_loop().call_soon(asleep.set)
        began = time.monotonic()
        asyncio.get_running_loop().call_later(LONG, lambda: None)
        await app.sized.wait()
        thread.join()
        # Not when something else woke it.
        assert time.monotonic() - began < LONG / 2
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGWINCH)
        signal.signal(signal.SIGWINCH, before)
