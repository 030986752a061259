"""Type a number into a field, in place."""

from __future__ import annotations

from textual import events
from textual.reactive import reactive

from tutor.course.questions.answers import may_continue
from tutor.course.questions.typed_values import typed_number
from tutor.labs.kit.controls import ControlError, WordControl
from tutor.language.catalogue import _
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.remark import Remark

_LONGEST = 24


class TypedField(ControlField):
    """A field for typed numbers, like an answer. A digit, comma, point, sign, ``=`` or ``(`` starts; enter or leaving
    the field takes the number, escape drops it. While typing, a letter that cannot be part of it does nothing, so that
    no action is pressed by accident.
    """

    typed: reactive[str | None] = reactive[str | None](None)

    @property
    def editing(self) -> bool:
        """Whether the field contains text; letters are commands in an empty field."""
        return bool(self.typed)

    @property
    def takes_expression(self) -> bool:
        """Whether letters that arrive together can begin a number; a single one is a command."""
        return not self.editing and self.check_consume_key("=", "=")

    def on_paste(self, event: events.Paste) -> None:
        """Insert a line as text, which is validated when it is entered."""
        event.stop()
        text = (self.typed or "") + next(iter(event.text.splitlines()), "")
        if len(text) > _LONGEST:
            self.post_message(
                Remark(_("That is too long: a number here has at most {longest} characters.").format(longest=_LONGEST))
            )
        elif text and self.check_consume_key("=", "="):
            self.typed = text

    def enter_number(self, number: float) -> None:
        """Handle a typed number."""
        self.enter(number)

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """Take characters that begin a number; while typing, all printable ones."""
        if character is None or not character.isprintable():
            return False
        return self.editing or may_continue("", character)

    def take_key(self, event: events.Key) -> bool:
        """Take a key that is part of a number."""
        character = event.character
        if event.key == "backspace":
            self.typed = (self.typed or "")[:-1]
        elif event.key == "escape" and self.typed is not None:
            self.typed = None
        elif event.key == "enter" and self.typed is not None:
            self.take()
        elif character is not None and self.check_consume_key(event.key, character):
            if not may_continue(self.typed or "", character):
                said = _("{character} is no part of a number: enter takes {typed}, escape drops it.").format(
                    character=character, typed=self.typed
                )
                self.post_message(Remark(said, refused=True))
            elif len(self.typed or "") < _LONGEST:
                self.typed = (self.typed or "") + character
        else:
            return False
        return True

    def on_blur(self) -> None:
        """Take the number when the focus leaves, but not when the window loses the focus."""
        if self.app.app_focus:
            self.take()
        self.refresh()

    def take(self) -> None:
        """Take the typed number; report and drop an invalid or ambiguous one."""
        typed, self.typed = self.typed, None
        if not typed:
            return
        control = self.lab_control
        assert not isinstance(control, WordControl)
        try:
            number = typed_number(control, typed)
        except ControlError as error:
            self.post_message(self.Refused(str(error)))
            return
        if isinstance(number, str):
            self.enter(typed)
        else:
            self.enter_number(number)
