"""What is shown while the window is too small for anything else."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.terminal.requirements import SMALLEST_HEIGHT, SMALLEST_WIDTH


class TooSmallScreen(OneAnswer, ModalScreen[None]):
    """One sentence; the app takes it away when there is room again. No key of the app opens anything over it.

    What was under way may still come to lie above it: one more of these then covers that, and it goes with them.
    """

    DEFAULT_CSS = """
    TooSmallScreen { align: center middle; background: $background; }
    TooSmallScreen:ansi { background: ansi_default; }
    TooSmallScreen Static { text-align: center; }
    """

    def __init__(self, mind_size: Callable[[], None]) -> None:
        """``mind_size`` looks whether there is room on the present screen, and does what has to be done."""
        super().__init__()
        self._mind_size = mind_size

    def compose(self) -> ComposeResult:
        """The sentence."""
        yield Static(id="sentence", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Say how large the window is now."""
        self.query_one("#sentence", Static).update(
            f"This window is {event.size.width}×{event.size.height}. "
            f"dl-tutor needs {SMALLEST_WIDTH}×{SMALLEST_HEIGHT}; "
            "make it larger and it goes on where it was. ctrl+q leaves."
        )

    def on_screen_suspend(self) -> None:
        """Something came to lie above it."""
        self.app.call_later(self._mind_size)
