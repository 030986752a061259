"""Go to any step of a lesson."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

from tutor.course.lessons.lesson import Step
from tutor.course.session import LessonSession
from tutor.language.catalogue import N_, _
from tutor.ui.screens.one_answer import OneAnswer
from tutor.ui.widgets.option_list import OptionList

HOW = N_("a number or ↑ ↓, then enter; escape stays")
LONGEST_TITLE = 42
_BESIDE_THE_TITLE = 24
"""Cells of the box that are not available for a step's title: borders, and the state."""
_MOST_DIGITS = 6


class JumpScreen(OneAnswer, ModalScreen[int | None]):
    """The steps of a lesson in a list; returns the chosen position, or None."""

    CSS_PATH = "jump.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,g,q", "dismiss(None)", "Close"),
        Binding("backspace", "erase", show=False),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(10)),
    ]

    def __init__(self, session: LessonSession) -> None:
        super().__init__()
        self._session = session
        self._typed = ""
        """The typed digits of a step's number."""
        self._refused = False
        """Whether enter was pressed on a number without a step: the next digit begins a new number."""
        self._pointed_at = session.position
        """The step, from 0, that the typed number highlighted, before the arrows or the mouse move on."""

    def compose(self) -> ComposeResult:
        """The list, with the state of each step."""
        with Vertical(id="box") as box:
            box.border_title = Content(_("Go to a step"))
            yield OptionList(
                *(Option(self._row(i, step)) for i, step in enumerate(self._session.lesson.steps)),
                id="steps", markup=False, compact=True,
            )  # fmt: skip
            box.border_subtitle = Content(_(HOW))

    def on_mount(self) -> None:
        """Highlight the current step."""
        steps = self.query_one(OptionList)
        steps.highlighted = self._session.position
        steps.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Forget the typed digits when the arrows or the mouse highlight another step."""
        if event.option_index != self._pointed_at:
            self._pointed_at = event.option_index
            self._begin_anew()

    def action_digit(self, digit: int) -> None:
        """Highlight the step with the typed number; say so if there is none."""
        if self._refused:
            self._begin_anew()
        self._typed = f"{self._typed}{digit}"[:_MOST_DIGITS]
        if self._is_step:
            self._pointed_at = int(self._typed) - 1
            self.query_one(OptionList).highlighted = self._pointed_at
        self._say()

    def action_erase(self) -> None:
        """Delete the last digit."""
        typed = self._typed[:-1]
        self._begin_anew()
        for digit in typed:
            self.action_digit(int(digit))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the position; stay open for a number without a step."""
        if self._typed and not self._is_step and event.option_index == self._pointed_at:
            self._refused = True
        else:
            self.dismiss(event.option_index)

    @property
    def _is_step(self) -> bool:
        return 1 <= int(self._typed) <= len(self._session.lesson.steps)

    def _begin_anew(self) -> None:
        self._typed, self._refused = "", False
        self._say()

    def _say(self) -> None:
        wrong = self._typed and not self._is_step
        steps = len(self._session.lesson.steps)
        said = (
            _("There is no step {step}, only 1 to {steps}.").format(step=self._typed, steps=steps) if wrong else _(HOW)
        )
        self.query_one("#box").border_subtitle = Content(said)

    def _row(self, position: int, step: Step) -> Content:
        here = "▸" if position == self._session.position else " "
        state = self._session.state.steps[position]
        # The box is as wide as jump.tcss allows.
        width = min(LONGEST_TITLE, self.app.size.width * 9 // 10 - _BESIDE_THE_TITLE)
        title = Content(f"{here} {position + 1:>2}  {step.title}").truncate(width, ellipsis=True, pad=True)
        return title + Content(f" {state}")
