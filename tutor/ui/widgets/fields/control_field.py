"""The base class of fields: shows one control's value and posts a message when the learner enters another."""

from __future__ import annotations

from contextlib import suppress

from textual.message import Message
from textual.reactive import reactive

from tutor.labs.kit.controls import ControlError, Value, ValueControl
from tutor.ui.widgets.lab_view import LabView


class ControlField(LabView, can_focus=True):
    """A field of one control. The panel sets ``value``; input is posted as ``Entered``."""

    value: reactive[Value] = reactive[Value](0.0, init=False)

    class Entered(Message):
        """The learner entered a value, not validated yet."""

        def __init__(self, field: ControlField, entered: object, stroke: object | None = None) -> None:
            super().__init__()
            self.field = field
            """The field."""
            self.entered = entered
            """The new value."""
            self.stroke = stroke
            """The stroke of a pen that it belongs to; undo takes back a whole stroke."""

        @property
        def control(self) -> ControlField:
            """The field, for Textual's ``on`` selectors."""
            return self.field

    class Refused(Message):
        """The input is not a value or is ambiguous; ``why`` is a sentence."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why
            """What to say."""

    def __init__(self, control: ValueControl, value: Value) -> None:
        super().__init__()
        self.lab_control = control
        self.waiting = 0
        """How many entered values the panel has not handled yet; until then its updates are outdated."""
        self.set_reactive(ControlField.value, value)

    @property
    def editing(self) -> bool:
        """Whether letters and digits go into this field now."""
        return False

    @property
    def help_text(self) -> str:
        """A sentence about the control."""
        return f"{self.lab_control.label}: {self.lab_control.help}" if self.lab_control.help else ""

    def end_stroke(self) -> None:
        """End the stroke, in a field with a pen."""

    def enter(self, value: object, stroke: object | None = None) -> None:
        """Post the entered value and show it at once, so that the next key builds on it."""
        with suppress(ControlError):  # the panel says why
            self.value = self.lab_control.check(value)
        self.waiting += 1
        self.post_message(self.Entered(self, value, stroke))
