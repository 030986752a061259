"""A real Chromium with the page of ``dl-tutor web`` in it, used as a learner does: keys, a mouse, a reload.

The page paints on a canvas. What stands there is read from what the page is sent, by the same emulator as a terminal's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyte
import pytest

from tests.e2e.terminal import (
    CTRL_Q,
    DOWN,
    ENTER,
    ESCAPE,
    GIVE_UP_SECONDS,
    LEFT,
    RIGHT,
    SPACE,
    TAB,
    UP,
    NotSeen,
    tutor_environment,
)

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytest.importorskip("textual_serve", reason="textual-serve is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# As root it has no sandbox; and it is to ask nothing of the network.
_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_KEYS = {
    ENTER: "Enter", ESCAPE: "Escape", SPACE: "Space", TAB: "Tab", UP: "ArrowUp", DOWN: "ArrowDown", LEFT: "ArrowLeft",
    RIGHT: "ArrowRight", CTRL_Q: "Control+q",
}  # fmt: skip
_PAUSE_MILLISECONDS = 30
_HAS_THE_KEYBOARD = "document.activeElement?.classList.contains('xterm-helper-textarea')"


@contextmanager
def served(state: Path) -> Iterator[str]:
    """The address of a server with its progress in ``state``."""
    command = [sys.executable, "-m", "tutor.cli", "web", "--no-browser", "--state", str(state)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=tutor_environment(state))
    assert server.stdout is not None
    try:
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        yield found[0]
        server.terminate()
        assert server.wait(GIVE_UP_SECONDS) == 0
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


@contextmanager
def browser() -> Iterator[playwright.Browser]:
    """A browser without a window. Skips the test where there is none."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=list(_OPTIONS))
        try:
            yield running
        finally:
            running.close()


class BrowserPage:
    """One window. It has what ``shapes_screen`` needs of a ``Terminal``."""

    def __init__(self, running: playwright.Browser, address: str, width: int = 1280, height: int = 800) -> None:
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._waiting: list[bytes] = []
        self.page = running.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(GIVE_UP_SECONDS * 1000)
        self.page.on("websocket", self._connected)
        self.page.goto(address)

    def send(self, *keys: str) -> None:
        """Press keys, once the page takes them; several characters are several keys."""
        self.page.wait_for_function(_HAS_THE_KEYBOARD)
        for key in keys:
            for single in [key] if key in _KEYS else key:
                self.page.keyboard.press(_KEYS.get(single, single))

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()

    def click(self, column: int, row: int) -> None:
        """Click on a cell, both counted from 0."""
        self.page.mouse.click(*self._middle(column, row))

    def drag(self, *cells: tuple[int, int]) -> None:
        """Press on the first cell, move over the others, and let go on the last."""
        self.page.mouse.move(*self._middle(*cells[0]))
        self.page.mouse.down()
        for cell in cells[1:]:
            self.page.mouse.move(*self._middle(*cell), steps=4)
        self.page.mouse.up()

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self._screen.columns, self._screen.lines

    @property
    def text(self) -> str:
        """The screen as text."""
        while self._waiting:
            self._stream.feed(self._waiting.pop(0))
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_until(self, holds: Callable[[str], bool], what: str = "", give_up: float = GIVE_UP_SECONDS) -> str:
        """Wait until ``holds`` of the screen's text; that text. Raises ``NotSeen`` if it never does."""
        end = time.monotonic() + give_up
        while not holds(self.text):
            if time.monotonic() > end:
                raise NotSeen(f"{what or holds} never came. The screen:\n{self.text}")
            self.page.wait_for_timeout(_PAUSE_MILLISECONDS)
        return self.text

    def wait_for(self, *words: str, give_up: float = GIVE_UP_SECONDS) -> str:
        """Wait until all ``words`` are on the screen."""
        return self.wait_until(lambda text: all(w in text for w in words), repr(words), give_up)

    def _connected(self, socket: playwright.WebSocket) -> None:
        asked = parse_qs(urlsplit(socket.url).query)
        self._screen.reset()
        self._screen.resize(int(asked["height"][0]), int(asked["width"][0]))
        self._waiting.clear()
        socket.on("framereceived", lambda frame: self._waiting.append(frame) if isinstance(frame, bytes) else None)

    def _middle(self, column: int, row: int) -> tuple[float, float]:
        box = self.page.locator(".xterm-screen").bounding_box()
        assert box is not None
        columns, rows = self.size
        return (
            box["x"] + (column + 0.5) * box["width"] / columns,
            box["y"] + (row + 0.5) * box["height"] / rows,
        )
