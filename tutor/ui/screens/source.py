"""The source of the programs behind a lab: the engine's, then the one in Keras."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.course.words.source_text import SourceText, source_texts
from tutor.labs.kit.contract import Lab
from tutor.language.catalogue import _, ngettext
from tutor.ui.highlighting import highlighted
from tutor.ui.screens.keys.copying import COPY, copy
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.notation import visible


class SourceScreen(OneAnswer, ModalScreen[None]):
    """One piece at a time at full size; the arrows scroll along long lines."""

    CSS_PATH = "source.tcss"
    AUTO_FOCUS = "#lines"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,n", "piece(1)", "Next piece", key_display="tab"),
        Binding("shift+tab,b", "piece(-1)", "Piece before", key_display="shift+tab"),
        *(Binding(str(digit), f"show({digit - 1})", show=False) for digit in range(1, 10)),
        Binding(COPY, "copy", "Copy"),
        Binding("escape,c,q,ctrl+e", "dismiss(None)", "Close"),
    ]

    def __init__(self, pieces: tuple[SourceText, ...], about: str = "") -> None:
        """``pieces`` must not be empty; ``about`` is a sentence above them."""
        super().__init__()
        self._pieces, self._about = pieces, about
        self._at = 0

    def compose(self) -> ComposeResult:
        """The list of pieces, the lines of one of them, the keys."""
        if self._about:
            yield Static(self._about, id="about", markup=False)
        yield Static(id="pieces", markup=False)
        with ScrollableContainer(id="lines"):
            yield Static(id="source", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the first piece."""
        self.action_show(0)

    def action_piece(self, direction: int) -> None:
        """Show the next piece (+1) or the previous one (−1), cyclically."""
        self.action_show((self._at + direction) % len(self._pieces))

    def action_show(self, at: int) -> None:
        """Show the piece with this number, if there is one."""
        if at >= len(self._pieces):
            return
        self._at = at
        rows = [self._row(number, piece) for number, piece in enumerate(self._pieces)]
        self.query_one("#pieces", Static).update(Content("\n").join(rows))
        lines = highlighted(self._pieces[at].source)
        self.query_one("#source", Static).update(Content("\n").join(lines))
        self.query_one("#lines").scroll_home(animate=False)

    def action_copy(self) -> None:
        """Copy the whole piece, also what is not on the screen."""
        piece = self._pieces[self._at]
        lines = len(piece.source.splitlines())
        said = copy(
            self.app,
            piece.source,
            ngettext("{heading}, {count} line", "{heading}, {count} lines", lines).format(
                heading=piece.heading, count=lines
            ),
        )
        self.query_one(KeyLine).remark = visible(said)

    def _row(self, number: int, piece: SourceText) -> Content:
        here = number == self._at
        return Content.styled(f"{'▸' if here else ' '} {number + 1} {visible(piece.heading)}", "bold" if here else "")


def open_source(app: App[int], lab: Lab) -> None:
    """Show the programs of a lab, or a sentence if there are none."""
    try:
        pieces = source_texts(lab)
    except OSError:
        app.notify(_("The source of the engine is not installed here."))
        return
    if pieces:
        app.push_screen(SourceScreen(pieces))
    else:
        app.notify(_("There is no program to show here."))
