"""What is shown while the window is too small for anything else."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from tutor.ui.terminal import SMALLEST_HEIGHT, SMALLEST_WIDTH


class TooSmallScreen(Screen[None]):
    """One sentence; the app takes it away when there is room again."""

    DEFAULT_CSS = "TooSmallScreen { align: center middle; } TooSmallScreen Static { text-align: center; }"

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
