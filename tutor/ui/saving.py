"""The saving state on screens: a word in a lesson's head, and a banner while nothing can be saved."""

from __future__ import annotations

import asyncio
import contextvars

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tutor.language.catalogue import _
from tutor.ui.app_services import AppServices
from tutor.ui.saving_state import Saving


class TroubleBanner(Static):
    """A permanent banner that says why nothing can be saved."""

    DEFAULT_CSS = """
    TroubleBanner {
        dock: top; height: auto; max-height: 3; padding: 0 1; background: $error; color: $text; text-style: bold;
    }
    TroubleBanner:nocolor { text-style: bold reverse; }
    """


class SavingWatch:
    """Shows the saving state on every screen of the app. ``heard`` may be called from any thread."""

    def __init__(self, app: AppServices) -> None:
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._context = contextvars.copy_context()

    def begin(self) -> None:
        """Start to listen; called in the app's own thread."""
        self._loop = asyncio.get_running_loop()
        # Textual finds the app through this context; the calling thread has another one.
        self._context = contextvars.copy_context()
        self._app.progress.hear(self.heard)

    def heard(self) -> None:
        """Handle a change: something was queued, saved, or could not be saved."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.show, context=self._context)

    def show(self) -> None:
        """Update all screens."""
        app = self._app
        if not app.is_running:
            return
        progress = app.progress
        # Most writes take a millisecond and finish before the next frame, which then shows no change.
        waits = Saving.UNDER_WAY if progress.unsaved else Saving.DONE
        self._say(Saving.NOT if progress.trouble else waits)

    def _say(self, saving: Saving) -> None:
        trouble = self._app.progress.trouble
        for screen in self._app.screen_stack:
            _tell_head(screen, saving)
            _put_banner(screen, f"{_(Saving.NOT)}. {trouble[:1].upper()}{trouble[1:]}" if trouble else "")
        self._app.tell_notices()


def _tell_head(screen: Screen[object], saving: Saving) -> None:
    if not screen.query("LessonHead"):
        return
    # This imports the labs, which the first screen does not need.
    from tutor.ui.widgets.lesson_head import LessonHead

    for head in screen.query(LessonHead):
        head.saving = saving


def _put_banner(screen: Screen[object], text: str) -> None:
    """Show ``text`` at the top of the screen, or nothing if it is empty."""
    banners = screen.query(TroubleBanner)
    if not text:
        banners.remove()
    elif banners:
        banners.first().update(Content(text))
    elif screen.is_attached:
        screen.mount(TroubleBanner(Content(text), markup=False))
