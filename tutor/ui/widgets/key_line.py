"""The line at the foot of a screen with the keys that work now.

One widget, painted as one line: the stock footer rebuilds a widget for each key whenever the focus moves.
"""

from __future__ import annotations

from textual import events
from textual.app import RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget


class KeyLine(Widget):
    """The shown bindings of the screen. Textual leaves out those that the focused field takes as text."""

    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._ends: list[tuple[int, str]] = []

    def on_mount(self) -> None:
        """Repaint whenever other keys work."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _: Screen[object]) -> None:
        self.refresh()

    def shown(self) -> list[Binding]:
        """The bindings to name, each action once: enter, then the screen's own, then those of the focused field."""
        screen = self.screen
        found: dict[str, tuple[int, Binding]] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or binding.action in found:
                continue
            place = 0 if binding.key == "enter" else 1 if active.node is screen else 2
            found[binding.action] = (place, binding)
        return [binding for _, binding in sorted(found.values(), key=lambda pair: pair[0])]

    def render(self) -> RenderResult:
        """Key and word, as many as there is room for."""
        line, width = Content(""), self.size.width
        self._ends = []
        for binding in self.shown():
            key = self.app.get_key_display(binding)
            part = Content.assemble((key, "bold $footer-key-foreground"), f" {binding.description}")
            gap = Content("  " if line else "")
            if line.cell_length + gap.cell_length + part.cell_length > width:
                break
            line = line + gap + part
            self._ends.append((line.cell_length, binding.key))
        return line

    def on_click(self, event: events.Click) -> None:
        """A click on a key is that key."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for end, key in self._ends:
            if offset.x < end:
                self.app.simulate_key(key)
                return
