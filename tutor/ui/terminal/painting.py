"""The app's output to the terminal: which part of a frame to send, when, and with which characters."""

from __future__ import annotations

import os
import sys
from typing import Any

from rich.color import ColorSystem
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.binding import Binding
from textual.driver import Driver
from textual.geometry import Size
from textual.screen import Screen

from tutor.ui.terminal.characters import Characters, PlainCharacters
from tutor.ui.terminal.frame_difference import Changes, FrameDifference
from tutor.ui.terminal.text_filter import PrintableText

LOOK_AGAIN = 1.0
"""Seconds until a connection that was behind is checked, if it has not reported that it caught up."""
IN_WORDS = {"⏎": "enter", "↑": "up", "↓": "down", "←": "left", "→": "right"}


class TerminalApp(App[int]):
    """An app that sends a terminal only changes and never waits for it."""

    def __init__(self, characters: Characters = Characters.ALL) -> None:
        # Set before Textual decides here how to work without colours; later it would paint black on black.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        # The last filter, so that everything painted passes through it.
        self._filters.append(PrintableText())
        self.characters = characters
        if characters is not Characters.ALL:
            self._filters.append(PlainCharacters(characters))
        self._frame_owed = False
        self._sized = Size(0, 0)
        self._shown = FrameDifference(self.console._color_system or ColorSystem.TRUECOLOR)

    def get_driver_class(self) -> type[Driver]:
        """The robust driver for this platform."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from tutor.ui.terminal.driver import TutorDriver

        return TutorDriver

    @property
    def line_is_behind(self) -> bool:
        """Whether the terminal is behind with the last frame."""
        return bool(getattr(self._driver, "behind", False))

    def line_caught_up(self) -> None:
        """Paint what was skipped while the terminal was behind."""
        if not self._frame_owed or not self.is_running:
            return
        if self.line_is_behind:
            self.set_timer(LOOK_AGAIN, self.line_caught_up)
        else:
            self._display(self.screen, self.screen._compositor.render_update(full=True))

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        paints = self._running and not self._closed and not self.is_headless and not self._batch_count
        if renderable is None or not paints:
            super()._display(screen, renderable)
            return
        if self.line_is_behind:
            # A frame painted now would only wait and be outdated.
            if not self._frame_owed:
                self._frame_owed = True
                self.set_timer(LOOK_AGAIN, self.line_caught_up)
            return
        if self._frame_owed:
            self._frame_owed = False
            renderable = screen._compositor.render_update(full=True)
        if (changes := self._changes(screen, renderable)) is not None:
            super()._display(screen, changes)
            frame_ends = getattr(self._driver, "frame_ends", None)
            if frame_ends is not None:
                frame_ends()

    def _changes(self, screen: Screen[Any], renderable: Any) -> Any:
        """The changes that the terminal does not show yet; None if there are none and the cursor is in place."""
        if not isinstance(renderable, CompositorUpdate):
            self._shown.forget()
            return renderable
        text = self._shown.sequence(renderable, *self.size)
        if text is None:
            return renderable
        cursor = screen.outer_size.clamp_offset(self.cursor_position)
        return Changes(text) if text or cursor != self._previous_cursor_position else None

    def action_repaint(self) -> None:
        """Send the whole screen again, in case something else has overwritten it."""
        self._shown.forget()
        self.refresh(layout=True)

    def on_resize(self, event: events.Resize) -> None:
        """Repaint everything even if the size is the same: the terminal may have cut lines at a size in between."""
        if event.size == self._sized:
            self.action_repaint()
        self._sized = event.size

    def get_key_display(self, binding: Binding) -> str:
        """The name of a key; in words if the terminal lacks the signs."""
        display = super().get_key_display(binding)
        return display if self.characters is Characters.ALL else IN_WORDS.get(display, display)
