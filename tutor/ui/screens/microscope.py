"""The microscope: the derivation of a number, its operands, and their derivations."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.widgets.option_list import Option

from tutor.course.microscope import ANSWER_FIRST, Look, Microscope, Operand
from tutor.engine.derivations.derivation import show
from tutor.labs.kit.places import LookupFailed
from tutor.language.catalogue import _
from tutor.ui.screens.keys.copying import COPY, copy
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.widgets.notation import MASK, fit, fit_right, visible
from tutor.ui.widgets.option_list import OptionList
from tutor.ui.widgets.readouts.derivation_text import DerivationText

LONGEST_NAME = 36


class MicroscopeScreen(OneAnswer, ModalScreen[bool]):
    """Shows one number at a time. Returns true to choose another number, false to close."""

    CSS_PATH = "microscope.tcss"
    AUTO_FOCUS = "#operands"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,x,q", "dismiss(False)", "Close"),
        Binding("backspace", "back", "Back"),
        Binding(COPY, "copy", "Copy"),
    ]

    def __init__(self, microscope: Microscope, goes_on: bool = False) -> None:
        """``goes_on``: the lab is training, so its numbers change in the meantime."""
        super().__init__()
        self._microscope = microscope
        self._goes_on = goes_on
        self._pointed: list[int] = []

    def compose(self) -> ComposeResult:
        """The path of visited numbers, the arithmetic, the operands, a message."""
        with Vertical(id="box") as box:
            box.border_title = Content(_("Where it comes from"))
            box.border_subtitle = Content(
                _("enter goes deeper, backspace back, {key} copies, escape closes").format(key=COPY)
            )
            yield Static(id="way", markup=False)
            with VerticalScroll(id="arithmetic"):
                yield DerivationText(self._microscope.look)
            yield Static(_("made from"), id="heading", markup=False)
            yield OptionList(id="operands", markup=False, compact=True)
            yield Static(id="said", markup=False)

    def on_mount(self) -> None:
        """Show the first number."""
        self._show(0)

    def on_resize(self) -> None:
        """Fit the path of visited numbers to the width."""
        self.call_after_refresh(self._show_way)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go one step deeper, unless the list belongs to another number."""
        if event.option not in event.option_list.options:
            return
        try:
            self._microscope.enter(event.option_index)
        except LookupFailed as error:
            self._say(str(error))
            return
        self._pointed.append(event.option_index)
        self._show(0)

    def action_back(self) -> None:
        """Go back to the previous number; from the first, to the list of all numbers."""
        if self._microscope.back():
            self._show(self._pointed.pop())
        else:
            self.dismiss(True)

    def action_copy(self) -> None:
        """Copy the number in full, its formula, and the formula with its numbers unless one of them is covered."""
        look = self._microscope.look
        self._say(copy(self.app, _in_full(look), show(look.value)))

    def _show(self, pointed: int) -> None:
        look = self._microscope.look
        self._show_way()
        self.query_one(DerivationText).show_look(look)
        scroll = self.query_one("#arithmetic", VerticalScroll)
        scroll.scroll_home(animate=False)
        self.call_after_refresh(self._let_scroll)
        listed = self.query_one(OptionList).clear_options()
        name_width = min(LONGEST_NAME, max((len(visible(o.path)) for o in look.operands), default=0))
        value_width = max((len(_value(operand)) for operand in look.operands), default=0)
        listed.add_options([Option(_row(operand, name_width, value_width)) for operand in look.operands])
        listed.highlighted = pointed if look.operands else None
        self.query_one("#heading").display = bool(look.operands)
        self._say(self._remark(look))

    def _let_scroll(self) -> None:
        """Make a long sum focusable, so that it can be scrolled."""
        scroll = self.query_one("#arithmetic", VerticalScroll)
        scroll.can_focus = scroll.max_scroll_y > 0
        scroll.border_subtitle = Content(_("tab: here, ↑ ↓ scroll")) if scroll.can_focus else ""

    def _show_way(self) -> None:
        """Show the visited numbers, with the value of the last, since a long sum hides its end."""
        way = " → ".join(visible(path) for path in self._microscope.way)
        value = f" = {show(self._microscope.look.value)}"
        line = self.query_one("#way", Static)
        room = line.size.width - len(value)
        if 0 < room < len(way):
            way = "…" + way[len(way) - room + 1 :]
        line.update(Content.assemble(way, (value, "bold")))

    def _remark(self, look: Look) -> str:
        if look.numbers is None:
            return _("{mask} is {answer_first}.").format(mask=MASK, answer_first=_(ANSWER_FIRST))
        return _("The lab goes on; these are the numbers from when you opened this.") if self._goes_on else ""

    def _say(self, text: str) -> None:
        said = self.query_one("#said", Static)
        said.update(Content(text))
        said.display = bool(text)


def _in_full(look: Look) -> str:
    """A line for the number with all its digits, one for its formula, one for the formula with its numbers."""
    number = f"{look.path} = {float(look.value)!r}"
    if look.given:
        return f"{number}\n{look.given}"
    return "\n".join([number, f"= {look.formula}", *([] if look.numbers is None else [f"= {look.numbers}"])])


def _value(operand: Operand) -> str:
    return MASK if operand.value is None else show(operand.value)


def _row(operand: Operand, name_width: int, value_width: int) -> Content:
    remark = "covered" if operand.value is None else "given" if operand.set_by_hand else ""
    name, value = fit(visible(operand.path), name_width), fit_right(_value(operand), value_width)
    return Content.assemble(f"  {name} = ", (value, "bold"), (f"   {remark}", "dim"))
