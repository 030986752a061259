"""The field of a number control."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.controls import NumberControl, Value
from tutor.ui.widgets.fields.stepped_line import arrow_at, needed_width, stepped_lines
from tutor.ui.widgets.fields.typed_field import TypedField
from tutor.ui.widgets.lab_view import Extent, line_extent
from tutor.ui.widgets.notation import control_text

_WIDEST = 6


class NumberField(TypedField):
    """One number: the arrows step it, digits type it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "less"),
        Binding("right", "step(1)", "more"),
        Binding("down", "step(-1)", show=False),
        Binding("up", "step(1)", show=False),
    ]

    def __init__(self, control: NumberControl, value: Value) -> None:
        super().__init__(control, value)
        self._control = control
        samples = (control.low, control.high, control.default, control.low + control.step, *control.choices)
        self._value_width = min(_WIDEST, max(len(control_text(v)) for v in samples))

    def extent(self, width: int) -> Extent:
        """One short line, or two."""
        return line_extent(width, needed_width(self._control.label, self._room()), self._control.label)

    def lines(self, size: Size) -> list[Content]:
        """Label, and the value between its arrows."""
        value = self.value
        assert isinstance(value, int | float)
        text = control_text(value) if self.typed is None else self.typed
        return stepped_lines(
            self._control.label, text, self._room(), size.width, self.has_focus, self.typed is not None
        )

    def _room(self) -> int:
        assert isinstance(self.value, int | float)
        return max(self._value_width, len(control_text(self.value)))

    def action_step(self, direction: int) -> None:
        """One step down (−1) or up (+1)."""
        self.take()
        assert isinstance(self.value, int | float)
        self.enter(self._control.stepped(self.value, direction))

    def on_click(self, event: events.Click) -> None:
        """A click on an arrow steps."""
        direction = arrow_at(event.x, self.size.width, self._room())
        if direction and event.y == self.size.height - 1:
            self.action_step(direction)
