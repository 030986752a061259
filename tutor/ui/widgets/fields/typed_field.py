"""Typing a number into a field, in place."""

from __future__ import annotations

from textual import events
from textual.reactive import reactive

from tutor.course.questions.answers import may_continue
from tutor.course.questions.typed_values import typed_number
from tutor.labs.kit.controls import ChoiceControl, ControlError
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.remark import Remark

_LONGEST = 24


class TypedField(ControlField):
    """A field that numbers are typed into, as answers are. A digit, comma, point or sign begins, ``=`` or ``(`` too;
    enter or leaving takes the number, escape drops it. While it goes on, a letter that is no part of it does nothing,
    so that no action is pressed by accident.
    """

    typed: reactive[str | None] = reactive[str | None](None)

    @property
    def editing(self) -> bool:
        """Whether something of a number stands in it; letters are commands in an empty field."""
        return bool(self.typed)

    @property
    def takes_expression(self) -> bool:
        """Whether letters that come at once can begin a number; one alone is a command."""
        return not self.editing and self.check_consume_key("=", "=")

    def on_paste(self, event: events.Paste) -> None:
        """Take a line as text; whether it is a number is judged when it is entered."""
        event.stop()
        text = (self.typed or "") + next(iter(event.text.splitlines()), "")
        if len(text) > _LONGEST:
            self.post_message(Remark(f"That is too long: a number here has at most {_LONGEST} characters."))
        elif text and self.check_consume_key("=", "="):
            self.typed = text

    def enter_number(self, number: float) -> None:
        """What to do with a number that was typed."""
        self.enter(number)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """What begins a number is for this field; while typing, everything printable is."""
        if character is None or not character.isprintable():
            return False
        return self.editing or may_continue("", character)

    def take_key(self, event: events.Key) -> bool:
        """Take what belongs to a number."""
        character = event.character
        if event.key == "backspace":
            self.typed = (self.typed or "")[:-1]
        elif event.key == "escape" and self.typed is not None:
            self.typed = None
        elif event.key == "enter" and self.typed is not None:
            self.take()
        elif character is not None and self.check_consume_key(event.key, character):
            if not may_continue(self.typed or "", character):
                said = f"{character} is no part of a number: enter takes {self.typed}, escape drops it."
                self.post_message(Remark(said, refused=True))
            elif len(self.typed or "") < _LONGEST:
                self.typed = (self.typed or "") + character
        else:
            return False
        return True

    def on_blur(self) -> None:
        """Leaving takes what was typed; a window that goes to the back is not left."""
        if self.app.app_focus:
            self.take()
        self.refresh()

    def take(self) -> None:
        """Take the typed number; what is not a number, or may be either of two, is said and dropped."""
        typed, self.typed = self.typed, None
        if not typed:
            return
        control = self.lab_control
        assert not isinstance(control, ChoiceControl)
        try:
            number = typed_number(control, typed)
        except ControlError as error:
            self.post_message(self.Refused(str(error)))
            return
        if isinstance(number, str):
            self.enter(typed)
        else:
            self.enter_number(number)
