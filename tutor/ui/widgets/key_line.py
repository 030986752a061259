"""The line at the bottom of a screen with the keys that work now.

It is a single widget painted as one line; Textual's footer rebuilds a widget for each key whenever the focus moves.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from tutor.language.catalogue import _

_GAP = 2
_HELP = "app.help"
# These come first since they come and go; the others are always there.
_FIRST = ("enter", "ctrl+z", "ctrl+y")


class KeyLine(Widget):
    """The visible bindings of the screen, without those that the focused field takes as text."""

    remark: reactive[str] = reactive("")
    """The remark about the last key, shown in place of the keys; empty for none."""

    DEFAULT_CSS = """
    KeyLine { dock: bottom; height: 1; background: $panel; color: $foreground; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._ends: list[tuple[int, str]] = []

    def on_mount(self) -> None:
        """Repaint when the bindings change."""
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, _: Screen[object]) -> None:
        self.refresh()

    def shown(self) -> list[Binding]:
        """The bindings to show, each action once: enter, undo, then the screen's, then the focused field's."""
        screen = self.screen
        found: dict[str, tuple[int, Binding]] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            if not binding.show or not active.enabled or binding.action in found:
                continue
            place = _FIRST.index(binding.key) if binding.key in _FIRST else len(_FIRST) + (active.node is not screen)
            found[binding.action] = (place, binding)
        return [binding for _, binding in sorted(found.values(), key=lambda pair: pair[0])]

    def render(self) -> RenderResult:
        """Key and word of as many bindings as fit."""
        line = Content("")
        self._ends = []
        if self.remark:
            return Content.styled(self.remark, "bold").truncate(self.size.width, ellipsis=True)
        for binding, part in self._fitting():
            line = line + Content(" " * _GAP if line else "") + part
            self._ends.append((line.cell_length, binding.key))
        return line

    def _fitting(self) -> list[tuple[Binding, Content]]:
        """The bindings that fit; the one for help takes precedence, since help lists all of them."""
        parts = [(binding, self._part(binding)) for binding in self.shown()]
        count = _fitting(parts, self.size.width)
        help_ = next((i for i, (binding, _) in enumerate(parts) if binding.action == _HELP), 0)
        if help_ < count:
            return parts[:count]
        room = self.size.width - parts[help_][1].cell_length - _GAP
        return [*parts[: _fitting(parts, room)], parts[help_]]

    def _part(self, binding: Binding) -> Content:
        key = self.app.get_key_display(binding)
        return Content.assemble((key, "bold $footer-key-foreground"), f" {_(binding.description)}")

    def on_click(self, event: events.Click) -> None:
        """A click on a key acts like the key."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for end, key in self._ends:
            if offset.x < end:
                self.app.simulate_key(key)
                return


def _fitting(parts: Sequence[tuple[Binding, Content]], width: int) -> int:
    """How many of them fit in ``width`` cells."""
    count, taken = 0, -_GAP
    for __, part in parts:
        taken += _GAP + part.cell_length
        if taken > width:
            break
        count += 1
    return count
