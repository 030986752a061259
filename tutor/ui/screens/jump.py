"""Going to any step of a lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.course.lesson import Step
from tutor.course.session import LessonSession

if TYPE_CHECKING:
    from tutor.course.progress import Standing


class JumpScreen(ModalScreen[int | None]):
    """The steps of a lesson in a list; gives back the position that was chosen, or None."""

    CSS_PATH = "jump.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,g,q", "dismiss(None)", "Close"),
    ]

    def __init__(self, session: LessonSession, standing: Standing) -> None:
        super().__init__()
        self._session = session
        self._standing = standing

    def compose(self) -> ComposeResult:
        """The list with its marks explained."""
        with Vertical(id="box") as box:
            box.border_title = "Go to a step"
            yield OptionList(
                *(Option(self._row(i, step)) for i, step in enumerate(self._session.lesson.steps)),
                id="steps", markup=False, compact=True,
            )  # fmt: skip
            yield Static("✓ seen   ? has a question   ▸ here\nenter goes there, escape stays", id="key", markup=False)

    def on_mount(self) -> None:
        """Point at the present step."""
        steps = self.query_one(OptionList)
        steps.highlighted = self._session.position
        steps.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give the position back."""
        self.dismiss(event.option_index)

    def _row(self, position: int, step: Step) -> Content:
        here = "▸" if position == self._session.position else " "
        seen = "✓" if step.id in self._standing.steps_seen else " "
        asks = "?" if step.questions else " "
        return Content(f"{here} {seen} {asks} {position + 1:>2}  {step.title}")
