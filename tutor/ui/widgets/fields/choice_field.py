"""The field of a choice control."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.controls import ChoiceControl, Value
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.fields.stepped_line import arrow_at, needed_width, stepped_lines
from tutor.ui.widgets.lab_view import Extent, line_extent
from tutor.ui.widgets.notation import visible


class ChoiceField(ControlField):
    """One of a few words; the arrows cycle through them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", "one back"),
        Binding("right", "turn(1)", "one on"),
        Binding("up", "turn(-1)", show=False),
        Binding("enter,space,down", "turn(1)", "one on", show=False),
    ]

    def __init__(self, control: ChoiceControl, value: Value) -> None:
        super().__init__(control, value)
        self._control = control
        self._value_width = max(len(visible(option)) for option in control.options)

    def extent(self, width: int) -> Extent:
        """One short line, or two."""
        return line_extent(width, needed_width(self._control.label, self._value_width), self._control.label)

    def lines(self, size: Size) -> list[Content]:
        """Label, and the word between its arrows."""
        return stepped_lines(self._control.label, str(self.value), self._value_width, size.width, self.has_focus, False)

    def action_turn(self, direction: int) -> None:
        """Select the next option (+1) or the previous one (−1)."""
        options = self._control.options
        self.enter(options[(options.index(str(self.value)) + direction) % len(options)])

    def on_click(self, event: events.Click) -> None:
        """A click on an arrow selects the next or the previous option."""
        direction = arrow_at(event.x, self.size.width, self._value_width)
        if direction and event.y == self.size.height - 1:
            self.action_turn(direction)
