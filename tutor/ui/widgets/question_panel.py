"""The question of a step: asked, answered in place, judged, explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from tutor.course.questions import Verdict
from tutor.course.session import LessonSession
from tutor.ui.widgets.option_list import OptionList
from tutor.ui.widgets.still_input import StillInput
from tutor.ui.widgets.unbroken import UnbrokenContent


class AnswerInput(StillInput):
    """Where a number is typed. Letters stay in it; escape leaves it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer"),
        Binding("escape", "screen.leave_field", "Hint and other keys"),
    ]


class ChoiceList(OptionList):
    """The choices, numbered: a digit answers, and so do the arrows and enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Answer"),
        *(Binding(str(digit), f"choose({digit})", show=False) for digit in range(1, 10)),
    ]

    def action_choose(self, digit: int) -> None:
        """Answer with the choice of that number."""
        if digit <= self.option_count:
            self.highlighted = digit - 1
            self.action_select()


@dataclass(frozen=True)
class _Said:
    """What was last said about a question."""

    ask: Content
    verdict: Content | None = None
    hint: Content | None = None


class QuestionPanel(VerticalScroll, can_focus=False):
    """Shows one question of the session's present step at a time, and takes answers, hints and skips to the session.

    A settled question stays, with its explanation, until the learner goes on.
    """

    class Judged(Message):
        """An answer, a hint or a skip was taken: covered readouts may be open now."""

        def __init__(self, settled: bool) -> None:
            super().__init__()
            self.settled = settled
            """Whether the question is behind the learner now."""

    def __init__(self, session: LessonSession) -> None:
        super().__init__(id="question")
        self._session = session
        self._index: int | None = None
        self._said: dict[tuple[int, int], _Said] = {}

    def compose(self) -> ComposeResult:
        """The question, a field or a list to answer it, what was said to the answer."""
        yield Static(id="ask", markup=False)
        yield AnswerInput(id="answer", compact=True, placeholder="type a number, then enter")
        yield ChoiceList(id="choices", compact=True, markup=False)
        yield Static(id="said", markup=False)

    # What is shown

    def show_step(self) -> None:
        """Show the present step's first open question; where all are settled, the last of them."""
        count = len(self._session.step.questions)
        self.display = count > 0
        index = self._session.question_index
        self._show(count - 1 if index is None else index)

    def show_next_question(self) -> bool:
        """Go from a settled question to the next open one of this step; false if there is none, or this one is open."""
        index = self._session.question_index
        if index is None or self._index is None or not self._session.question_state(self._index).settled:
            return False
        self._show(index)
        return True

    def refresh_numbers(self) -> None:
        """Ask the open question with the lab's present numbers."""
        index = self._index
        if index is None or self._session.question_state(index).settled:
            return
        ask = Content(self._session.ask(self._session.step.questions[index]))
        self._keep(_Said(ask, self._kept().verdict, self._kept().hint))

    @property
    def settled(self) -> bool:
        """Whether the question that is shown is behind the learner; true also where there is none."""
        return self._index is None or self._session.question_state(self._index).settled

    def focus_answer(self) -> bool:
        """Put the focus where the answer goes; false where there is nothing to answer."""
        if self.settled:
            return False
        self.screen.set_focus(self.query_one("#choices" if self._is_choice else "#answer"))
        return True

    @property
    def _is_choice(self) -> bool:
        return self._index is not None and bool(self._session.step.questions[self._index].choices)

    def _show(self, index: int) -> None:
        self._index = index if index >= 0 else None
        if self._index is None:
            return
        question = self._session.step.questions[self._index]
        count = len(self._session.step.questions)
        self.border_title = Content("Question" if count == 1 else f"Question {self._index + 1} of {count}")
        self.query_one(AnswerInput).value = ""
        listed = self.query_one(ChoiceList).clear_options()
        if question.choices:
            listed.add_options(
                Option(UnbrokenContent(f"{number}  {text}"))
                for number, text in enumerate(question.choices.values(), start=1)
            )
            listed.highlighted = 0
        key = (self._session.position, self._index)
        if key not in self._said:
            self._said[key] = _Said(Content(self._session.ask(question)))
        self.refresh_numbers()
        self._paint()

    def _kept(self) -> _Said:
        assert self._index is not None
        return self._said[(self._session.position, self._index)]

    def _keep(self, said: _Said) -> None:
        assert self._index is not None
        self._said[(self._session.position, self._index)] = said
        self._paint()

    def _paint(self) -> None:
        said = self._kept()
        self.query_one("#ask", Static).update(UnbrokenContent.of(said.ask))
        self.query_one(AnswerInput).display = not self.settled and not self._is_choice
        self.query_one(ChoiceList).display = not self.settled and self._is_choice
        lines = [line for line in (said.verdict, said.hint) if line is not None]
        if self.settled:
            lines = [*lines[:1], Content.styled(self._way_on(), "bold")]
        below = self.query_one("#said", Static)
        below.update(UnbrokenContent.of(Content("\n").join(lines)))
        below.display = bool(lines)
        if lines:
            self.call_after_refresh(self.scroll_end, animate=False)

    def _way_on(self) -> str:
        if self._session.question_index is not None:
            return "n: the next question"
        return "n: finish the lesson" if self._session.at_end else "n: the next step"

    # Answers

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Judge a typed number."""
        event.stop()
        if event.value.strip():
            self._judge(event.value)
            event.input.action_select_all()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Judge a choice."""
        event.stop()
        self._judge(str(event.option_index + 1))

    def _judge(self, text: str) -> None:
        if self.settled:
            return
        verdict = self._session.answer(text)
        self._keep(_Said(self._kept().ask, verdict_line(verdict), self._kept().hint))
        self.post_message(self.Judged(self.settled))

    def take_hint(self) -> None:
        """Show the next hint, or why there is none now."""
        if self.settled:
            return
        self._keep(_Said(self._kept().ask, self._kept().verdict, Content(self._session.hint())))
        self.post_message(self.Judged(False))

    def skip(self) -> None:
        """Pass the question over; its answer and explanation are shown."""
        if self.settled:
            return
        self._keep(_Said(self._kept().ask, Content.assemble(("→ Skipped. ", "bold"), self._session.skip())))
        self.post_message(self.Judged(True))


def verdict_line(verdict: Verdict) -> Content:
    """A sign, a word and what is to be said; the colour only repeats it."""
    if not verdict.understood:
        return Content.assemble(("! ", "bold $text-warning"), verdict.message)
    if verdict.correct:
        return Content.assemble(("✓ Right. ", "bold $text-success"), verdict.message)
    return Content.assemble(("✗ Not yet: ", "bold $text-error"), verdict.message.removeprefix("Not yet. "))
