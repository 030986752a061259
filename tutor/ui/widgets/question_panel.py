"""The panel for a step's question: ask, answer in place, judge, explain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Input, Static
from textual.widgets.option_list import Option

from tutor.course.questions.answers import may_continue
from tutor.course.questions.checking import Verdict
from tutor.course.record.calibration import IN_WORDS
from tutor.course.session import TRY_BEFORE_HINT, TRY_FIRST, LessonSession
from tutor.language.catalogue import N_, _
from tutor.ui.widgets.fields.still_input import StillInput
from tutor.ui.widgets.option_list import OptionList
from tutor.ui.widgets.remark import Remark
from tutor.ui.widgets.unbroken import UnbrokenContent

HOW_SURE = "!"
"""The key that says how sure one is. No number or expression has it, so that it works while an answer is typed."""
CLICK = "screen.confidence"
LEAVE = Binding("escape", "screen.leave_field", "Out")
JUDGED_ALREADY = N_("Judged already. Try another answer; h hints, s skips.")


class AnswerInput(StillInput):
    """The input for a number or an expression. While it is empty, or contains an answer already judged, letters are the
    lesson's keys; while typing, they are text or ignored.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Answer"),
        Binding("escape", "empty", "Clear"),
        LEAVE,
    ]

    judged: str = ""
    """Its text when an answer was last judged."""

    @property
    def editing(self) -> bool:
        """Whether it contains something not judged yet."""
        return self.value not in ("", self.judged)

    @property
    def takes_expression(self) -> bool:
        """Whether letters that arrive together can begin an answer; a single one is a command."""
        return not self.editing

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Escape empties the field; in an empty field it leaves."""
        if action in ("empty", "screen.leave_field"):
            return (self.value != "") == (action == "empty")
        return True

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """Take keys that can continue an answer; while typing, all printable ones."""
        if character is None or not character.isprintable() or character == HOW_SURE:
            return False
        return self.editing or self._takes(character)

    def on_key(self, event: events.Key) -> None:
        """Pass a key that is not text here to the lesson; while typing, say that it is not part of an answer."""
        if not event.is_printable or self._takes(event.character or ""):
            return
        event.prevent_default()
        if self.editing and event.character != HOW_SURE:
            event.stop()
            said = _("{character} is no part of an answer: enter answers, escape clears.").format(
                character=event.character
            )
            self.post_message(Remark(said, refused=True))

    def _takes(self, character: str) -> bool:
        before = self.value[: min(self.selection)]
        return may_continue(before, character)

    def action_empty(self) -> None:
        """Clear the field."""
        self.clear()


class ChoiceList(OptionList):
    """The choices, numbered: a digit or the arrows mark one, enter answers with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "Answer"),
        LEAVE,
        *(Binding(str(digit), f"mark({digit})", show=False) for digit in range(1, 10)),
    ]

    def action_mark(self, digit: int) -> None:
        """Mark the choice with this number."""
        if digit <= self.option_count:
            self.highlighted = digit - 1
        else:
            self.post_message(Remark(_("There are {count} choices.").format(count=self.option_count)))

    def action_select(self) -> None:
        """Answer with the marked choice."""
        if self.highlighted is None:
            self.post_message(Remark(_("Mark a choice first: its digit, or ↑ ↓; then enter.")))
        super().action_select()


class Said(Static):
    """The reply to the answer. It keeps the focus once the question is settled, so that more typing has no effect."""

    BINDINGS: ClassVar[list[BindingType]] = [LEAVE]


@dataclass(frozen=True)
class _Said:
    """The last reply to a question."""

    ask: Content
    verdict: Content | None = None
    hint: Content | None = None


class QuestionPanel(VerticalScroll, can_focus=False):
    """Shows one question of the session's current step at a time, and passes answers, hints and skips to the session.

    A settled question stays visible, with its explanation, until the learner goes on.
    """

    class Judged(Message):
        """An answer, a hint or a skip was handled; covered readouts may be uncovered now."""

        def __init__(self, settled: bool) -> None:
            super().__init__()
            self.settled = settled
            """Whether the question is settled now."""

    def __init__(self, session: LessonSession) -> None:
        super().__init__(id="question")
        self._session = session
        self._judged: tuple[str, Content] | None = None
        self._index: int | None = None
        self._said: dict[tuple[int, int], _Said] = {}

    def compose(self) -> ComposeResult:
        """The question, a field or a list for the answer, the reply."""
        yield Static(id="ask", markup=False)
        yield AnswerInput(id="answer", compact=True, placeholder=_("type a number, then enter"), select_on_focus=False)
        yield ChoiceList(id="choices", compact=True, markup=False)
        yield Said(id="said", markup=False)

    # Display

    def show_step(self) -> None:
        """Show the current step's first open question; if all are settled, the first one with its answer."""
        count = len(self._session.step.questions)
        self.display = count > 0
        self._show(min(self._session.question_index or 0, count - 1))

    def show_next_question(self) -> bool:
        """Go from a settled question to the next of this step; false if there is none or this one is open."""
        if self._index is None or not self.settled or not self._has_next:
            return False
        self._session.question_shown()
        self._show(self._index + 1)
        return True

    @property
    def _has_next(self) -> bool:
        return self._index is not None and self._index + 1 < len(self._session.step.questions)

    def refresh_numbers(self) -> None:
        """Update the open question with the lab's current numbers."""
        index = self._index
        if index is None or self._session.question_state(index).settled:
            return
        ask = Content(self._session.ask(self._session.step.questions[index]))
        self._keep(_Said(ask, self._kept().verdict, self._kept().hint))

    @property
    def settled(self) -> bool:
        """Whether the displayed question is settled; also true if there is none."""
        return self._index is None or self._session.question_state(self._index).settled

    def focus_answer(self) -> bool:
        """Focus the field or the list for the answer; false if there is nothing to answer."""
        if self.settled:
            return False
        self.screen.set_focus(self.query_one("#choices" if self._is_choice else "#answer"))
        return True

    @property
    def asks_number(self) -> bool:
        """Whether the question is open and asks for a number."""
        return not self.settled and not self._is_choice

    def begin_answer(self, text: str) -> None:
        """Focus the field of an open question for a number, and put ``text`` into it."""
        self.focus_answer()
        field = self.query_one(AnswerInput)
        field.value = next(iter(text.splitlines()), "")
        field.action_end()

    def focus_said(self) -> None:
        """Focus the reply."""
        self.screen.set_focus(self.query_one(Said))

    @property
    def _is_choice(self) -> bool:
        return self._index is not None and bool(self._session.step.questions[self._index].choices)

    def _show(self, index: int) -> None:
        self._index = index if index >= 0 else None
        if self._index is None:
            return
        question = self._session.step.questions[self._index]
        self._judged = None
        answer = self.query_one(AnswerInput)
        answer.value = answer.judged = ""
        listed = self.query_one(ChoiceList).clear_options()
        if question.choices:
            listed.add_options(
                Option(UnbrokenContent(f"{number}  {text}"))
                for number, text in enumerate(question.choices.values(), start=1)
            )
        key = (self._session.position, self._index)
        if key not in self._said:
            self._said[key] = self._as_it_stands(self._index)
        self.refresh_numbers()
        self._paint()

    def _question_name(self) -> str:
        """The name of the question among those of its step."""
        count = len(self._session.step.questions)
        return (
            _("Question")
            if count == 1 or self._index is None
            else _("Question {index} of {count}").format(index=self._index + 1, count=count)
        )

    def _show_heading(self) -> None:
        """The question's name, and beside it how sure the learner says they are, until the first verdict."""
        if self.settled or not self._session.takes_confidence:
            self.border_title = Content(self._question_name())
            return
        said = self._session.confidence
        words = _("how sure?") if said is None else _(IN_WORDS[said])
        mark = Content.styled(f"{HOW_SURE} {words}", "bold" if said else "")
        self.border_title = Content.assemble(
            f"{self._question_name()}  ", mark.stylize(Style.from_meta({"@click": CLICK}))
        )

    def turn_confidence(self) -> bool:
        """Go on to the next of sure, fairly sure, a guess and nothing; false if it is not the time."""
        turned = not self.settled and self._session.turn_confidence()
        self._show_heading()
        return turned

    def _as_it_stands(self, index: int) -> _Said:
        """The reply from an earlier visit, or an empty one for an open question."""
        answer = self._session.question_state(index).answer
        if answer is None:
            return _Said(Content(self._session.ask(self._session.step.questions[index])))
        verdict = skipped_line(answer.said) if answer.skipped else verdict_line(Verdict(True, answer.said))
        return _Said(Content(answer.asked), verdict)

    def forget_step(self) -> None:
        """Forget the replies to the questions of the current step, which are asked again."""
        for key in [key for key in self._said if key[0] == self._session.position]:
            del self._said[key]

    def _kept(self) -> _Said:
        assert self._index is not None
        return self._said[(self._session.position, self._index)]

    def _keep(self, said: _Said) -> None:
        assert self._index is not None
        self._said[(self._session.position, self._index)] = said
        self._paint()

    def _paint(self) -> None:
        said = self._kept()
        self._show_heading()
        first = [Content.styled(_(TRY_FIRST), "bold")] if self._session.poses_first else []
        self.query_one("#ask", Static).update(UnbrokenContent.of(Content("\n").join([*first, said.ask])))
        self.query_one(AnswerInput).display = not self.settled and not self._is_choice
        self.query_one(ChoiceList).display = not self.settled and self._is_choice
        lines = [line for line in (said.verdict, said.hint) if line is not None] + self._hint_offer(said.hint)
        if self.settled:
            lines = [*self._answer_line(), *lines[:1], Content.styled(self._way_on(), "bold")]
        below = self.query_one(Said)
        below.update(UnbrokenContent.of(Content("\n").join(lines)))
        below.display = bool(lines)
        below.can_focus = self.settled
        if lines:
            self.call_after_refresh(self.scroll_end, animate=False)

    def watch_virtual_size(self) -> None:
        """Keep the verdict in sight when its lines get their room only after it was scrolled to."""
        if self.is_mounted and self.query_one(Said).display:
            self.scroll_end(animate=False)

    def _hint_offer(self, hint: Content | None) -> list[Content]:
        """A line that offers a further hint below the one that is shown."""
        offered = "" if self.settled or hint is None else self._session.further_hint
        if not offered or (hint is not None and hint.plain.startswith(_(TRY_BEFORE_HINT)) and offered != "now"):
            return []
        words = _("h: a further hint") if offered == "now" else _("after a try, h: a further hint")
        return [Content.styled(words, "bold")]

    def _answer_line(self) -> list[Content]:
        """The learner's answer to a settled question."""
        answer = None if self._index is None else self._session.question_state(self._index).answer
        return (
            []
            if answer is None or answer.skipped
            else [Content(_("Your answer: {answer}").format(answer=answer.shown_with_confidence))]
        )

    def _way_on(self) -> str:
        if self._has_next:
            return _("n: the next question")
        return _("n: finish the lesson") if self._session.at_end else _("n: the next step")

    # Answers

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Judge a typed number."""
        event.stop()
        if not event.value.strip():
            self.post_message(Remark(_("Type a number first; then enter.")))
            return
        self._judge(event.value)
        self.query_one(AnswerInput).judged = event.value
        event.input.action_select_all()
        self.screen.refresh_bindings()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Update the keys, which depend on whether the field is empty."""
        event.stop()
        self.screen.refresh_bindings()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Judge a choice."""
        event.stop()
        self._judge(str(event.option_index + 1))

    def _judge(self, text: str) -> None:
        if self.settled:
            return
        if self._judged == (text, self._kept().ask):
            self.post_message(Remark(_(JUDGED_ALREADY)))
            return
        self._judged = (text, self._kept().ask)
        here = self.has_focus_within
        verdict = self._session.answer(text)
        if not verdict.understood:
            # It may be understood later, as when the lab has computed the answer.
            self._judged = None
        self._keep(_Said(self._kept().ask, verdict_line(verdict), self._kept().hint))
        if self.settled and here:
            self.focus_said()
        self.post_message(self.Judged(self.settled))

    def take_hint(self) -> None:
        """Show the next hint, or why there is none now."""
        if self.settled:
            return
        self._keep(_Said(self._kept().ask, self._kept().verdict, Content(self._session.hint())))
        self.post_message(self.Judged(False))

    def skip(self) -> None:
        """Skip the question and show its answer and explanation."""
        if self.settled:
            return
        here = self.has_focus_within
        self._keep(_Said(self._kept().ask, skipped_line(self._session.skip())))
        if here:
            self.focus_said()
        self.post_message(self.Judged(True))


def verdict_line(verdict: Verdict) -> Content:
    """A sign, a word and the message; the colour only repeats the sign."""
    if not verdict.understood:
        return Content.assemble(("! ", "bold $text-warning"), verdict.message)
    if verdict.correct:
        return Content.assemble(
            (_("✓ Right{aside}. ").format(aside=verdict.aside), "bold $text-success"), verdict.message
        )
    not_yet = (_("✗ Not yet{aside}: ").format(aside=verdict.aside), "bold $text-error")
    return Content.assemble(not_yet, verdict.message)


def skipped_line(said: str) -> Content:
    """A line that says that the question was skipped, with its answer."""
    return Content.assemble(("→ Skipped. ", "bold"), said)
