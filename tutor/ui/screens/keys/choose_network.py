"""Type the name of a file with a trained network, for the lab that is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.course.bringing_network import read_given
from tutor.labs.kit.controls import ControlError
from tutor.language.catalogue import N_, _
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.widgets.fields.still_input import StillInput

if TYPE_CHECKING:
    from tutor.labs.kit.given_network import GivenNetwork

LONGEST_PATH = 1000
WANTED = N_("what dl-tutor train --out saved (.net), or a network of Keras (.keras)")
READING = N_("reading …")


class ChooseNetworkScreen(OneAnswer, ModalScreen[str | None]):
    """A field for a file; returns what was said about its network once the lab has it, None if it is closed.

    A file that cannot be used is said below the field, which stays.
    """

    DEFAULT_CSS = """
    ChooseNetworkScreen { align: center middle; }
    ChooseNetworkScreen #box {
        width: 76; max-width: 92%; height: auto; max-height: 90%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    ChooseNetworkScreen #typed { background: $panel; margin: 0 0 1 0; }
    ChooseNetworkScreen #said { height: auto; }
    """
    AUTO_FOCUS = "#typed"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Close")]

    def __init__(self, take: Callable[[GivenNetwork], str]) -> None:
        """``take`` puts a network into the lab and returns a sentence, or raises ``ControlError``."""
        super().__init__()
        self._take = take
        self._reading = False

    def compose(self) -> ComposeResult:
        """The field, and below it what is wrong with the file."""
        with Vertical(id="box") as box:
            box.border_title = Content(_("Go on from a trained network"))
            box.border_subtitle = Content(_("enter opens, escape closes"))
            yield StillInput(id="typed", compact=True, placeholder="my.net", max_length=LONGEST_PATH)
            yield Static(_(WANTED), id="said", markup=False)

    async def on_input_submitted(self, event: StillInput.Submitted) -> None:
        """Read the file, beside the interface because Keras's takes a second, and put its network into the lab."""
        typed = event.value.strip()
        if self._reading:
            return
        if not typed:
            self._say(_("Type the name of a file: {wanted}.").format(wanted=_(WANTED)))
            return
        self._reading = True
        self._say(_(READING))
        try:
            given = await asyncio.to_thread(read_given, Path(typed))
            said = self._take(given)
        except ControlError as error:
            self._say(str(error))
        else:
            self.dismiss(said)
        finally:
            self._reading = False

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(text))
