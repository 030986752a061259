"""Help: the keys of a screen, the lab's controls and actions, how to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tutor.course.words.plain_characters import LEGEND
from tutor.language.catalogue import N_, _
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.terminal.characters import draws_plainly

WIDEST_KEY = 18


@dataclass(frozen=True)
class HelpSection:
    """A heading, and rows with a key (or a name) and its meaning."""

    title: str
    rows: tuple[tuple[str, str], ...]

    def in_words(self) -> HelpSection:
        """The section in the chosen language, if its sentences are only marked for the catalogue."""
        return HelpSection(_(self.title), in_words(self.rows))


def in_words(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Marked rows in the chosen language; keys stay as they are."""
    return tuple((key, _(meaning)) for key, meaning in rows)


EVERYWHERE = HelpSection(
    N_("Everywhere"),
    (
        ("? or F1", N_("this help")),
        ("/  y", N_("search lessons, steps and terms; the glossary")),
        ("Y", N_("copy: a number in the microscope, a program where it is read, the studio's token")),
        ("d", N_("dark theme or light theme")),
        ("ctrl+p", N_("all commands: open a lesson, go to a step, choose a theme")),
        ("ctrl+l", N_("paint the screen again")),
        (
            "q  ctrl+q",
            N_("leave dl-tutor; everything is saved. q closes a box like this one, and is text in text fields"),
        ),
    ),
)

SIGNS = HelpSection(N_("Substitutes for signs that this terminal lacks"), LEGEND)


def help_for(screen: Screen[Any]) -> tuple[HelpSection, ...]:
    """The screen's own sections, then the general ones."""
    own = getattr(screen, "help_sections", None)
    signs = (SIGNS.in_words(),) if draws_plainly(screen) else ()
    return (*(own() if own is not None else ()), EVERYWHERE.in_words(), *signs)


class HelpScreen(OneAnswer, ModalScreen[None]):
    """The sections, one below the other, scrolled with the arrows."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark,f1", "dismiss(None)", "Close"),
    ]

    def __init__(self, sections: tuple[HelpSection, ...]) -> None:
        super().__init__()
        self._sections = sections

    def compose(self) -> ComposeResult:
        """A heading and a table for each section."""
        with VerticalScroll(id="box") as box:
            box.border_title = Content(_("Help"))
            box.border_subtitle = Content(_("↑ ↓ scroll, escape closes"))
            width = max(len(key) for section in self._sections for key, _ in section.rows)
            for section in self._sections:
                yield Static(Content.styled(section.title, "bold"), classes="heading", markup=False)
                yield Static(_table(section, min(width, WIDEST_KEY)), markup=False)

    def on_mount(self) -> None:
        """Focus the text, so that the arrows scroll."""
        self.query_one("#box").focus()


def _table(section: HelpSection, width: int) -> Table:
    """A table of two columns that wraps long texts."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=width)
    table.add_column()
    for key, text in section.rows:
        table.add_row(Text(key, style="bold"), Text(text))
    return table
