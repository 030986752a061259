"""What every field shares: it shows one control's value, and tells when a person gives it another."""

from __future__ import annotations

from contextlib import suppress

from textual.message import Message
from textual.reactive import reactive

from tutor.labs.kit.controls import ControlError, Value, ValueControl
from tutor.ui.widgets.lab_view import LabView


class ControlField(LabView, can_focus=True):
    """One control. The value comes down into ``value``; what a person enters goes up as ``Entered``."""

    value: reactive[Value] = reactive[Value](0.0, init=False)

    class Entered(Message):
        """A person entered a value; it is not checked yet."""

        def __init__(self, field: ControlField, entered: object, stroke: object | None = None) -> None:
            super().__init__()
            self.field = field
            """Where it was entered."""
            self.entered = entered
            """What is to become the control's value."""
            self.stroke = stroke
            """The stroke of a pen that it is part of: all values of one stroke are undone together."""

        @property
        def control(self) -> ControlField:
            """The field, for Textual's ``on`` selectors."""
            return self.field

    class Refused(Message):
        """What a person typed is no value, or could be several; ``why`` is a sentence."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why
            """What to say."""

    def __init__(self, control: ValueControl, value: Value) -> None:
        super().__init__()
        self.lab_control = control
        self.waiting = 0
        """How many values were entered that the panel has not taken yet: until then its news would be old."""
        self.set_reactive(ControlField.value, value)

    @property
    def editing(self) -> bool:
        """Whether letters and digits now go into this field."""
        return False

    @property
    def help_text(self) -> str:
        """A sentence about the control."""
        return f"{self.lab_control.label}: {self.lab_control.help}" if self.lab_control.help else ""

    def end_stroke(self) -> None:
        """Lift the pen, in a field that has one: what follows is another stroke."""

    def enter(self, value: object, stroke: object | None = None) -> None:
        """Tell that a person gave the control this value, and show it already: the next key goes on from there."""
        with suppress(ControlError):  # the panel says why
            self.value = self.lab_control.check(value)
        self.waiting += 1
        self.post_message(self.Entered(self, value, stroke))
