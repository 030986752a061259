"""A question that is answered with yes or no."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.language.catalogue import _
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.widgets.key_line import KeyLine


class YesOrNoScreen(OneAnswer, ModalScreen[bool | None]):
    """True for yes, False for no, None if it is closed without an answer."""

    DEFAULT_CSS = """
    YesOrNoScreen { align: center middle; }
    YesOrNoScreen #question { width: 66; max-width: 90%; height: auto; padding: 1 2; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n", "dismiss(False)", "No"),
        Binding("escape", "dismiss(None)", "Not now", key_display="esc"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and the keys."""
        with Vertical(id="question"):
            yield Static(self._question, markup=False)
            yield Static(_("\ny  yes    n  no    escape  not now"), markup=False)
        yield KeyLine()
