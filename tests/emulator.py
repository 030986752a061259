"""The terminal of an app that a pilot drives, which is sent what a real one would be."""

from __future__ import annotations

import pyte
import pytest
from textual.drivers.headless_driver import HeadlessDriver

from tutor.ui.app import TutorApp


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

    def shows(self, app: TutorApp) -> bool:
        """Whether it shows what it would if Textual itself painted the whole screen to it."""
        whole = Emulator(*app.size)
        whole.take(app.screen._compositor.render_update(full=True).render_segments(app.console))
        return self.cells == whole.cells


def emulator_of_apps(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """A terminal of 80×24 for the app that runs under ``monkeypatch``."""
    emulator = Emulator(80, 24)
    monkeypatch.setattr(HeadlessDriver, "is_headless", property(lambda _: False))
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, text: emulator.take(text))
    return emulator
