"""The field of a text control."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from tutor.labs.kit.controls import TextControl, Value
from tutor.language.catalogue import _
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.fields.stepped_line import FOCUS_MARK
from tutor.ui.widgets.lab_view import Extent, line_extent
from tutor.ui.widgets.notation import between, visible, wrap
from tutor.ui.widgets.remark import Remark

_CURSOR = "▏"


class TextField(ControlField):
    """A word or a sentence. Letters are commands until enter begins a new text; enter takes it, escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "begin", "type")]

    typed: reactive[str | None] = reactive[str | None](None)

    def __init__(self, control: TextControl, value: Value) -> None:
        super().__init__(control, value)
        self._control = control

    @property
    def editing(self) -> bool:
        """Whether a text is being typed."""
        return self.typed is not None

    def extent(self, width: int) -> Extent:
        """One short line; or the label, and below it as many lines as the longest text needs."""
        needed = self._needed_width()
        if needed <= width:
            return line_extent(width, needed, self._control.label)
        height = len(wrap(self._control.label, max(1, width - 1))) + self._lines_below(width)
        return Extent(min(needed, width), height, height)

    def lines(self, size: Size) -> list[Content]:
        """The label, and the text to its right or below it."""
        inline = self._needed_width() <= size.width
        text = visible(str(self.value)) if self.typed is None else self.typed
        style = "bold underline" if self.editing else "bold reverse" if self.has_focus else "bold"
        cursor = (_CURSOR if self.editing else " ", "bold")
        names = [visible(self._control.label)] if inline else wrap(self._control.label, max(1, size.width - 1))
        marks = [FOCUS_MARK if self.has_focus else " ", *(" " for _ in names[1:])]
        labels = [
            Content.assemble((mark, "bold $text-accent"), (name, "bold" if self.has_focus else ""))
            for mark, name in zip(marks, names, strict=True)
        ]
        if inline:
            return [between(labels[0], Content.assemble((text, style), cursor), size.width)]
        below = [Content.assemble("  ", (line, style)) for line in self._below(text, size.width)]
        return [*labels, *below[:-1], below[-1] + Content.styled(cursor[0], cursor[1])]

    def action_begin(self) -> None:
        """Begin a new text."""
        self.typed = ""

    def on_click(self) -> None:
        """A click begins a new text, as enter does."""
        if self.typed is None:
            self.typed = ""

    def on_paste(self, event: events.Paste) -> None:
        """A pasted line is typed."""
        event.stop()
        self._type(next(iter(event.text.splitlines()), ""))

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """Take all printable characters while typing."""
        return self.editing and character is not None and character.isprintable()

    def take_key(self, event: events.Key) -> bool:
        """Take a key that is part of the text."""
        if self.typed is None:
            return False
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.key == "escape":
            self.typed = None
        elif event.key == "enter":
            self.take()
        elif event.character is not None and event.character.isprintable():
            self._type(event.character)
        else:
            return False
        return True

    def on_blur(self) -> None:
        """Take the text when the focus leaves, but not when the window loses the focus."""
        if self.app.app_focus:
            self.take()
        self.refresh()

    def take(self) -> None:
        """Take the typed text; the panel says what is wrong with one that the control does not take."""
        typed, self.typed = self.typed, None
        if typed and typed.strip():
            self.enter(typed)

    def _type(self, text: str) -> None:
        whole = (self.typed or "") + "".join(character for character in text if character.isprintable())
        if len(whole) > self._control.most:
            self.post_message(
                Remark(
                    _("{label} has at most {most} characters.").format(
                        label=self._control.label, most=self._control.most
                    )
                )
            )
        else:
            self.typed = whole

    def _needed_width(self) -> int:
        """The width at which label and text stand on one line."""
        return 1 + len(visible(self._control.label)) + 1 + self._control.most + 1

    def _lines_below(self, width: int) -> int:
        """How many lines the longest text takes below its label; where it is cut, a wide character may not fit."""
        room = _room(width)
        return -(-self._control.most // room) + (self._control.most > room)

    def _below(self, text: str, width: int) -> list[str]:
        """The text in lines, between words if there are lines enough."""
        room = _room(width)
        lines = wrap(text, room)
        # A blank at the end is seen while it is typed; wrapping leaves it out.
        if text.endswith(" ") or len(lines) > self._lines_below(width):
            return _cut(text, room)
        return lines


def _room(width: int) -> int:
    """The width of the text below its label."""
    return max(1, width - 3)


def _cut(text: str, room: int) -> list[str]:
    """A text in lines of ``room`` cells, wherever its words end."""
    lines = [""]
    for character in text:
        if cell_len(lines[-1] + character) > room:
            lines.append("")
        lines[-1] += character
    return lines
