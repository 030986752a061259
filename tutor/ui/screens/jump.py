"""Going to any step of a lesson."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

from tutor.course.lesson import Step
from tutor.course.session import LessonSession
from tutor.ui.widgets.option_list import OptionList

LONGEST_TITLE = 42
_BESIDE_THE_TITLE = 24
"""Cells of the box that a step's title does not have: borders, and the state."""


class JumpScreen(ModalScreen[int | None]):
    """The steps of a lesson in a list; gives back the position that was chosen, or None."""

    CSS_PATH = "jump.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,g,q", "dismiss(None)", "Close"),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(10)),
    ]

    def __init__(self, session: LessonSession) -> None:
        super().__init__()
        self._session = session
        self._number = 0
        """What was typed of a step's number."""

    def compose(self) -> ComposeResult:
        """The list, with the state of each step."""
        with Vertical(id="box") as box:
            box.border_title = "Go to a step"
            yield OptionList(
                *(Option(self._row(i, step)) for i, step in enumerate(self._session.lesson.steps)),
                id="steps", markup=False, compact=True,
            )  # fmt: skip
            box.border_subtitle = "a number or ↑ ↓, then enter; escape stays"

    def on_mount(self) -> None:
        """Point at the present step."""
        steps = self.query_one(OptionList)
        steps.highlighted = self._session.position
        steps.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Where the arrows or the mouse point at another step, a number begins anew."""
        if event.option_index + 1 != self._number:
            self._number = 0

    def action_digit(self, digit: int) -> None:
        """Point at the step whose number is typed; a second digit goes on from the first where there is such a step."""
        steps = len(self._session.lesson.steps)
        wanted = next((n for n in (10 * self._number + digit, digit) if 1 <= n <= steps), None)
        if wanted is None:
            self.app.notify(f"There are {steps} steps.")
            return
        self._number = wanted
        self.query_one(OptionList).highlighted = wanted - 1

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give the position back."""
        self.dismiss(event.option_index)

    def _row(self, position: int, step: Step) -> Content:
        here = "▸" if position == self._session.position else " "
        state = self._session.state.steps[position]
        # The box is as wide as jump.tcss lets it be.
        width = min(LONGEST_TITLE, self.app.size.width * 9 // 10 - _BESIDE_THE_TITLE)
        title = Content(f"{here} {position + 1:>2}  {step.title}").truncate(width, ellipsis=True, pad=True)
        return title + Content(f" {state}")
