"""How many questions a warm-up has a day, and the day of an exam."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.course.record.warm_up import PLAN_USAGE, change_plan, plan_words
from tutor.language.catalogue import _
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.widgets.fields.still_input import StillInput

if TYPE_CHECKING:
    from tutor.course.record.progress import Progress

LONGEST = 40


class WarmUpPlanScreen(OneAnswer, ModalScreen[None]):
    """A field for the plan, and below it the plan that holds now."""

    DEFAULT_CSS = """
    WarmUpPlanScreen { align: center middle; }
    WarmUpPlanScreen #box {
        width: 76; max-width: 92%; height: auto; max-height: 90%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    WarmUpPlanScreen #typed { background: $panel; margin: 1 0; }
    WarmUpPlanScreen Static { height: auto; }
    """
    AUTO_FOCUS = "#typed"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Close")]

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress

    def compose(self) -> ComposeResult:
        """What can be typed, the field, the plan."""
        with Vertical(id="box") as box:
            box.border_title = "Warm-up"
            box.border_subtitle = Content(_("enter takes it, escape closes"))
            yield Static(_(PLAN_USAGE), markup=False)
            yield StillInput(id="typed", compact=True, placeholder="6", max_length=LONGEST)
            yield Static(plan_words(self._progress), id="said", markup=False)

    def on_input_submitted(self, event: StillInput.Submitted) -> None:
        """Take what was typed."""
        said = change_plan(self._progress, tuple(event.value.split()))
        self.query_one("#said", Static).update(Content(said))
        event.input.value = ""
