"""The message while the window is too small for anything else."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.language.catalogue import _
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.terminal.requirements import SMALLEST_HEIGHT, SMALLEST_WIDTH


class TooSmallScreen(OneAnswer, ModalScreen[None]):
    """One sentence, which the app removes when there is room again. No key opens a screen above it.

    A screen that was already opening may still come on top: another instance then covers it, and both are removed
    together.
    """

    DEFAULT_CSS = """
    TooSmallScreen { align: center middle; background: $background; }
    TooSmallScreen:ansi { background: ansi_default; }
    TooSmallScreen Static { text-align: center; }
    """

    def __init__(self, mind_size: Callable[[], None]) -> None:
        """``mind_size`` checks whether the current screen has enough room, and shows or removes this message."""
        super().__init__()
        self._mind_size = mind_size

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield Static(id="sentence", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Show the current size of the window."""
        self.query_one("#sentence", Static).update(
            _(
                "This window is {width}×{height}. dl-tutor needs {least_width}×{least_height}; "
                "make it larger to go on where you were. ctrl+q leaves."
            ).format(
                width=event.size.width,
                height=event.size.height,
                least_width=SMALLEST_WIDTH,
                least_height=SMALLEST_HEIGHT,
            )
        )

    def on_screen_suspend(self) -> None:
        """Handle a screen that opened above this one."""
        self.app.call_later(self._mind_size)
