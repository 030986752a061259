"""Choose a number on the screen, to see its derivation."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from tutor.course.numbers_on_screen import NumberAt, Row, Source, rows
from tutor.engine.derivations.derivation import show
from tutor.language.catalogue import _
from tutor.ui.screens.keys.copying import COPY, copy
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.widgets.fields.still_input import StillInput
from tutor.ui.widgets.notation import fit, fit_right, visible
from tutor.ui.widgets.option_list import OptionList
from tutor.ui.widgets.readouts.number_cells import NumberCells

LONGEST_NAME = 30
VALUE_WIDTH = 13


class NameField(StillInput):
    """What is typed to find a number. The key that copies is no text here: a small letter finds the same names."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is text."""
        return key != COPY and super().check_consume_key(key, character)


class ChooseNumberScreen(OneAnswer, ModalScreen[str | None]):
    """All the numbers in a list; returns the path of the chosen one, or None."""

    CSS_PATH = "choose_number.tcss"
    AUTO_FOCUS = "#typed"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close"),
        Binding("up", "point(-1)", show=False),
        Binding("down", "point(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding(COPY, "copy", "Copy", priority=True),
    ]

    def __init__(self, found: tuple[Source, ...], pointed: str = "", said: str = "") -> None:
        """Highlights the number ``pointed``, or the first one computed from others; shows ``said`` below."""
        super().__init__()
        self._found = found
        self._pointed = pointed
        self._said = said
        self._rows: tuple[Row, ...] = ()

    def compose(self) -> ComposeResult:
        """An input field, the list, a message."""
        with Vertical(id="box") as box:
            box.border_title = Content(_("Where does a number come from?"))
            box.border_subtitle = Content(_("↑ ↓ choose, enter opens, {key} copies, escape closes").format(key=COPY))
            yield NameField(id="typed", compact=True, placeholder=_("type a name to find a number"))
            yield OptionList(id="numbers", markup=False, compact=True)
            yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what matches the typed words, ignoring outdated input."""
        if event.value != event.input.value:
            return
        if event.value:
            self._said = ""
        self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Enter opens the highlighted number."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the number; for a large readout, first ask which of its numbers.

        Does nothing if typing has changed the list in the meantime.
        """
        if event.option not in event.option_list.options:
            return
        row = self._rows[event.option_index]
        if row.number is not None:
            self.dismiss(row.number.path)
            return

        def chosen(path: str | None) -> None:
            if path is not None:
                self.dismiss(path or None)

        self.app.push_screen(ChooseCellScreen(row.source), chosen)

    def action_point(self, direction: int) -> None:
        """Move by one line: down (+1) or up (−1)."""
        listed = self.query_one(OptionList)
        listed.action_cursor_down() if direction > 0 else listed.action_cursor_up()

    def action_copy(self) -> None:
        """Copy the highlighted number in full."""
        at = self.query_one(OptionList).highlighted
        if at is None:
            return
        number = self._rows[at].number
        if number is None:
            self._say(_("enter opens its numbers; there {key} copies one.").format(key=COPY))
        else:
            self._say(_copied(self.app, number))

    async def action_page(self, direction: int) -> None:
        """Move by one page."""
        await self.query_one(OptionList).run_action("page_down" if direction > 0 else "page_up")

    def _fill(self, typed: str) -> None:
        self._rows = rows(self._found, typed)
        name_width = min(LONGEST_NAME, max((len(_name(row)) for row in self._rows), default=0))
        listed = self.query_one(OptionList).clear_options()
        listed.add_options([Option(_line(row, name_width)) for row in self._rows])
        listed.highlighted = self._first() if self._rows else None
        self._say(self._said if self._rows else _("No number here has that name."))

    def _say(self, text: str) -> None:
        said = self.query_one("#said", Static)
        said.update(Content(text))
        said.display = bool(text)

    def _first(self) -> int:
        for i, row in enumerate(self._rows):
            if row.number is not None and row.number.path == self._pointed:
                return i
        return next((i for i, row in enumerate(self._rows) if row.source.leads_on), 0)


class ChooseCellScreen(OneAnswer, ModalScreen[str | None]):
    """The numbers of one readout as a table. Returns a path, an empty text to close all, None for the list."""

    CSS_PATH = "choose_number.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss('')", "Close"),
        Binding("backspace", "dismiss(None)", "Back"),
        Binding(COPY, "copy", "Copy"),
    ]

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def compose(self) -> ComposeResult:
        """The table, and below it the number under the cursor."""
        with Vertical(id="box") as box:
            box.border_title = Content(visible(self._source.label or self._source.name))
            box.border_subtitle = Content(
                _("arrows move, enter opens, {key} copies, backspace back, escape closes").format(key=COPY)
            )
            yield NumberCells(self._source)
            yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Focus the table, so that the arrows move the cursor."""
        self.query_one(NumberCells).focus()

    def on_number_cells_moved(self) -> None:
        """Show the number under the cursor."""
        number = self.query_one(NumberCells).number
        self.query_one("#said", Static).update(Content(f"{number.path} = {show(number.value)}"))

    def action_copy(self) -> None:
        """Copy the number under the cursor in full."""
        self.query_one("#said", Static).update(Content(_copied(self.app, self.query_one(NumberCells).number)))

    def on_number_cells_chosen(self, event: NumberCells.Chosen) -> None:
        """Return its path."""
        self.dismiss(event.number.path)


def _copied(app: App[Any], number: NumberAt) -> str:
    """Copy a number with all its digits; return the remark."""
    return copy(app, repr(float(number.value)), show(number.value))


def _name(row: Row) -> str:
    return visible(row.source.name if row.number is None else row.number.path)


def _line(row: Row, name_width: int) -> Content:
    source = row.source
    label = visible(source.label)
    value = _("{count} numbers").format(count=len(source.numbers)) if row.number is None else show(row.number.value)
    remark = _("given: {label}").format(label=label) if source.set_by_hand or source.counted else label
    return Content.assemble(
        f"{fit(_name(row), name_width)}  ", (fit_right(value, VALUE_WIDTH), "bold"), (f"  {remark}", "dim")
    )
