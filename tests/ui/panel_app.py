"""An app with nothing but a lab's panel, which notes what the panel tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from tutor.labs.kit.contract import Lab
from tutor.ui.palette import palette
from tutor.ui.widgets.lab_panel import LabPanel


class PanelApp(App[None]):
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None

    def __init__(
        self, lab: Lab, show: tuple[str, ...] = (), covered: frozenset[str] = frozenset(), with_input: bool = False
    ) -> None:
        super().__init__()
        self.panel = LabPanel(lab, show=show, covered=covered)
        self.with_input = with_input
        self.changed: list[str] = []
        self.said: list[tuple[str, str]] = []
        self.rested = 0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return palette(self.current_theme.dark)

    def compose(self) -> ComposeResult:
        yield self.panel
        if self.with_input:
            yield Input()

    def on_lab_panel_changed(self, message: LabPanel.Changed) -> None:
        self.changed.append(message.control)

    def on_lab_panel_rested(self, _: LabPanel.Rested) -> None:
        self.rested += 1

    def on_lab_panel_said(self, message: LabPanel.Said) -> None:
        self.said.append((message.text, message.severity))


def dump(app: App[None]) -> list[str]:
    """The screen as plain lines."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def text(app: App[None]) -> str:
    return "\n".join(dump(app))


def unpainted(screen: Screen[Any]) -> None:
    """Takes the place of a screen's ``_compositor_refresh`` where nobody looks at the frames."""
    screen._dirty_widgets.clear()
    screen._compositor._dirty_regions.clear()


async def until(pilot: Pilot[None], condition: Callable[[], object], tries: int = 400) -> None:
    """Wait for a condition; fail if it never comes."""
    for _ in range(tries):
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError(f"never came true; the screen is\n{text(pilot.app)}")
