"""The base of search and glossary: an input field, a list that follows the typing, a pane about the highlighted row."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from tutor.language.catalogue import _
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.fields.still_input import StillInput
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.option_list import OptionList

LONGEST = 200
"""The longest search text, in characters."""


class WordsInput(StillInput):
    """The input field; arrows and enter go to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.open", "Open"),
        Binding("down", "screen.point(1)", show=False),
        Binding("up", "screen.point(-1)", show=False),
        Binding("pagedown", "screen.point(10)", show=False),
        Binding("pageup", "screen.point(-10)", show=False),
    ]


class FollowingList(OptionList, can_focus=False):
    """The list; a click opens a row, and the focus stays in the field."""


class ChoosingScreen(TutorScreen):
    """The field, the list and the pane. A subclass defines the rows, their text in the pane, and how they open."""

    CSS_PATH = "choosing.tcss"
    AUTO_FOCUS = "#words"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual declares no ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "app.help", "Help", key_display="F1"),
        Binding("escape", "close", "Close"),
    ]

    heading: ClassVar[str]
    placeholder: ClassVar[str]

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """Heading, field, list and pane, keys."""
        yield Static(Content.styled(_(self.heading), "bold"), id="heading", markup=False)
        words = self._words[:LONGEST]
        yield WordsInput(words, id="words", compact=True, placeholder=_(self.placeholder), max_length=LONGEST)
        with Horizontal(id="body"):
            yield FollowingList(id="found", compact=True, markup=False)
            with VerticalScroll(id="pane", can_focus=False):
                yield from self.compose_pane()
        yield KeyLine()

    def on_mount(self) -> None:
        """Fill the list before anything is typed."""
        self._fill(self._words)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Follow the typing, ignoring outdated input."""
        if event.value == event.input.value:
            self._fill(event.value)

    def _fill(self, words: str) -> None:
        listed = self.query_one(FollowingList)
        listed.clear_options()
        listed.add_options(Option(row) for row in self.find(words))
        if listed.option_count:
            listed.highlighted = 0
        else:
            self.tell_none(words)
        self.refresh_bindings()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the highlighted row in the pane."""
        event.stop()
        self.tell(event.option_index)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the clicked row, unless typing has changed the list in the meantime."""
        event.stop()
        if event.option in self.query_one(FollowingList).options:
            self.open(event.option_index)

    def action_point(self, by: int) -> None:
        """Move the highlight down or up."""
        listed = self.query_one(FollowingList)
        if listed.option_count:
            listed.highlighted = min(max((listed.highlighted or 0) + by, 0), listed.option_count - 1)

    def action_open(self) -> None:
        """Open the highlighted row."""
        at = self.query_one(FollowingList).highlighted
        if at is not None:
            self.open(at)

    def action_close(self) -> None:
        """Return to the previous screen."""
        self.dismiss()

    # What a subclass defines

    def compose_pane(self) -> ComposeResult:
        """The widgets of the pane."""
        yield Static(id="told", markup=False)

    def find(self, words: str) -> list[Content]:
        """The rows for these words."""
        raise NotImplementedError

    def tell(self, index: int) -> None:
        """Show the row at ``index`` in the pane."""
        raise NotImplementedError

    def tell_none(self, words: str) -> None:
        """Say in the pane that there is no row for these words."""
        raise NotImplementedError

    def open(self, index: int) -> None:
        """Open the row at ``index``."""
        raise NotImplementedError
