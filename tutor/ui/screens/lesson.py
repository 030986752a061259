"""The lesson screen: text and question on the left, the live lab on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from tutor.course.questions.answers import may_continue
from tutor.course.questions.draws import CannotDraw
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed
from tutor.language.catalogue import _
from tutor.ui.screens.jump import JumpScreen
from tutor.ui.screens.keys.lesson_networks import LessonNetworks
from tutor.ui.screens.lesson_body import Divider, LeftSide, LessonBody
from tutor.ui.widgets.goal_panel import GoalPanel
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.lesson_head import LessonHead
from tutor.ui.widgets.question_panel import HOW_SURE, QuestionPanel
from tutor.ui.widgets.readouts.tensorflow_view import TensorFlowView
from tutor.ui.widgets.step_text import StepText

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

# While the lab trains, the numbers in the text are updated this often.
TEXT_FOLLOWS = 1.0


class LessonScreen(LessonNetworks):
    """One visit to a lesson: displays the session and forwards keys to it."""

    CSS_PATH = "lesson.tcss"
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-middle")]  # noqa: RUF012 - Textual declares no ClassVar
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-tall")]  # noqa: RUF012 - Textual declares no ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", "Next"),
        Binding("b", "back", "Back"),
        Binding("ctrl+n", "next", "Next"),
        Binding("ctrl+b", "back", "Back"),
        Binding("a", "answer", "Answer"),
        Binding("h", "hint", "Hint"),
        Binding("s", "skip", "Skip"),
        Binding("N", "again", "New numbers"),
        Binding("s", "solution", "Solution"),
        Binding("exclamation_mark", "confidence", "How sure", show=False),
        Binding("x", "microscope", "Why"),
        Binding("f", "full", "Full lab"),
        Binding("question_mark", "app.help", "Help", key_display="?"),
        Binding("g", "jump", "Go to"),
        Binding("v", "numbers", "Numbers"),
        Binding("P", "play", "Play"),
        Binding("C", "curve", "Curve"),
        Binding("L", "logarithmic", "Log axis", show=False),
        Binding("less_than_sign", "speed(-1)", "Slower", show=False),
        Binding("greater_than_sign", "speed(1)", "Faster", show=False),
        Binding("escape", "leave", "Home"),
        Binding("t", "tensorflow", "TensorFlow"),
        Binding("c", "source", "Code"),
        Binding("E", "exercises", "Exercises", show=False),
        Binding("e", "lab_or_exercises('e')", "Exercises", show=False),
        Binding("ctrl+o", "other_lab", "Another session's lab", show=False),
        Binding("pagedown", "scroll_text(1)", show=False),
        Binding("pageup", "scroll_text(-1)", show=False),
        Binding("down", "scroll_lab(1)", show=False),
        Binding("up", "scroll_lab(-1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Head, text over question, lab, keys."""
        yield self._head()
        with LessonBody(id="body"):
            with LeftSide(id="left"):
                with VerticalScroll(id="text", can_focus=False):
                    yield StepText(self.text)
                yield self._question_panel()
                yield self._goal_panel()
            yield Divider()
            yield self._lab_panel(self.session.step.show)
        yield KeyLine()

    def _head(self) -> LessonHead:
        return LessonHead(self.session)

    def _question_panel(self) -> QuestionPanel:
        return QuestionPanel(self.session)

    def _goal_panel(self) -> GoalPanel:
        return GoalPanel(self.session)

    @property
    def text(self) -> str:
        """The Markdown above the question, with the lab's numbers."""
        return self.session.text

    def on_mount(self) -> None:
        """Show the session's current step."""
        if self._left:
            return  # Before it was mounted.
        self.query_one(QuestionPanel).show_step()
        self.query_one(GoalPanel).show_step()
        self.await_painting()
        self.set_interval(TEXT_FOLLOWS, self._follow)
        self.notify_of_other_labs()
        self.call_after_refresh(self._focus_first)

    # Steps

    @property
    def step_titles(self) -> tuple[str, ...]:
        """The titles of the lesson's steps."""
        return tuple(step.title for step in self.session.lesson.steps)

    async def go_to_step(self, position: int) -> None:
        """Go to the step at ``position`` (from 0)."""
        await self._move(lambda: self.session.jump(str(position + 1)))

    async def action_next(self) -> None:
        """Go to the next open question of this step, else to the next step, else to the end of the lesson."""
        if self.query_one(QuestionPanel).show_next_question():
            self.await_painting()
            self._focus_first()
        elif self.session.at_end and self.session.lesson.is_numbered:
            self.session.next()
            self.keep_lab()
            from tutor.ui.screens.finished import FinishedScreen

            self.app.push_screen(FinishedScreen(self.session, self.go_to_step))
        else:
            await self._move(self.session.next)

    async def action_back(self) -> None:
        """Go to the previous step."""
        if self.session.position == 0:
            self.tutor.say(_("This is the first step. escape goes home."))
        else:
            await self._move(self.session.back)

    async def _move(self, move: Callable[[], bool]) -> None:
        # Before the session moves, since the panel still shows the previous step.
        await self._leave_tensorflow()
        try:
            move()
        except (CannotDraw, ControlError, LookupFailed) as error:
            self.tutor.say(_("This step cannot be shown: {error}").format(error=error), "error")
        await self._show_step()

    async def _show_step(self) -> None:
        if self._left:
            return
        self.remove_class("-full")
        with self.app.batch_update():
            self.query_one("#text").scroll_home(animate=False)
            self.query_one(LessonHead).refresh()
            self.query_one(QuestionPanel).show_step()
            self.query_one(GoalPanel).show_step()
            await self.query_one(StepText).show(self.text)
            await self._mount_lab(self.session.step.show)
        self.await_painting()
        self.call_after_refresh(self.tutor.place_notices)
        # A training of the step may have ended while no panel was mounted.
        self._refresh_numbers()
        self._focus_first()
        self._save_soon()

    def _focus_first(self) -> None:
        if not self._left and not self.query_one(QuestionPanel).focus_answer():
            self._focus_lab()

    # Questions

    @property
    def takes_expression(self) -> bool:
        """Whether a numeric answer could begin now although no field has the focus."""
        return self.is_mounted and not self._left and self.query_one(QuestionPanel).asks_number

    def on_key(self, event: events.Key) -> None:
        """Send a character that begins an answer to the answer field, even before it has the focus."""
        begins = event.character is not None and may_continue("", event.character)
        if begins and self.focused is None and self.takes_expression:
            event.stop()
            event.prevent_default()
            self.query_one(QuestionPanel).begin_answer(event.character or "")

    def on_paste(self, event: events.Paste) -> None:
        """Send a paste to the answer field, even before it has the focus."""
        if self.focused is None and self.takes_expression:
            event.stop()
            self.query_one(QuestionPanel).begin_answer(event.text)

    async def action_answer(self) -> None:
        """Focus the answer field."""
        if await self._to_the_text():
            self.query_one(QuestionPanel).focus_answer()

    async def action_hint(self) -> None:
        """Show a hint for the open question, or for the first open goal."""
        if self.query_one(GoalPanel).open:
            if await self._to_the_text():
                self.query_one(GoalPanel).take_hint()
        else:
            await self._on_question(QuestionPanel.take_hint)

    async def action_skip(self) -> None:
        """Skip the open question."""
        await self._on_question(QuestionPanel.skip)

    async def action_confidence(self) -> None:
        """Say how sure one is of the answer to come."""
        if await self._to_the_text() and not self.query_one(QuestionPanel).turn_confidence():
            self.tutor.remark(self.meaning_of(HOW_SURE))

    async def action_solution(self) -> None:
        """Show a solution of the first open goal; once shown, carry it out."""
        if await self._to_the_text():
            self.query_one(GoalPanel).solve()

    def on_goal_panel_solved(self) -> None:
        """Show the lab after the solution."""
        if not self._left:
            self.query_one(LabPanel).refresh_lab()
            self._lab_changed()

    def on_goal_panel_judged(self) -> None:
        """Update the keys."""
        self.refresh_bindings()

    def on_lab_panel_updated(self, event: LabPanel.Updated) -> None:
        """Judge the goals on the new numbers."""
        event.stop()
        if not self._left:
            self.query_one(GoalPanel).look_soon()

    async def action_again(self) -> None:
        """Ask the questions of this step again, with new numbers if they are drawn."""
        panel = self.query_one(QuestionPanel)
        if panel.settled:
            panel.forget_step()
            await self._move(self.session.again)

    async def _on_question(self, act: Callable[[QuestionPanel], None]) -> None:
        if await self._to_the_text():
            act(self.query_one(QuestionPanel))

    def on_question_panel_judged(self, event: QuestionPanel.Judged) -> None:
        """Uncover the readouts of a settled question."""
        if self._left:
            return
        panel = self.query_one(LabPanel)
        panel.covered = self._covered
        panel.refresh_lab()
        self.query_one(LessonHead).refresh()
        if event.settled and self.focused is None:
            self.query_one(QuestionPanel).focus_said()
        self.refresh_bindings()
        self.tutor.tell_notices()

    def _lab_changed(self) -> None:
        if self._left:
            return
        self._refresh_numbers()
        self.query_one(GoalPanel).look_soon()
        super()._lab_changed()

    def _follow(self) -> None:
        if not self._left and self.session.lab.busy:
            self.query_one(StepText).show(self.text)

    def _refresh_numbers(self) -> None:
        if not self._left:
            self.query_one(QuestionPanel).refresh_numbers()
            self.query_one(StepText).show(self.text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable keys for a question only if one is open, and the key for a picture's numbers only if there is one.

        Before the screen is mounted and after it is closed, only leaving is enabled.
        """
        if not self.is_mounted or self._left:
            return action == "leave"
        if action == "numbers":
            return any(panel.has_pictures for panel in self.query(LabPanel))
        if action == "play":
            return self.has_motion
        if action == "curve":
            return not self.why_not_read
        if action == "logarithmic":
            return self.has_curves
        if action == "speed":
            return self.plays
        if action == "again":
            return self.session.has_settled and self.query_one(QuestionPanel).settled
        if action in ("hint", "solution") and self.query_one(GoalPanel).open:
            return True
        if action == "solution":
            return False
        if action in ("answer", "hint", "skip"):
            panel = self.query_one(QuestionPanel)
            return not panel.settled and not (action == "answer" and panel.has_focus_within)
        return super().check_action(action, parameters)

    # Other keys

    @property
    def kept_at_the_bottom(self) -> int:
        """The keys, and the controls and numbers below the text."""
        return super().kept_at_the_bottom + sum(panel.desk_height for panel in self.query(LabPanel))

    def meaning_of(self, key: str) -> str:
        """Why a key of the lesson does nothing now."""
        if not self.is_mounted or self._left:
            return super().meaning_of(key)
        panel = self.query_one(QuestionPanel)
        name = self.tutor.key_name(key)
        if key in ("a", "h", "s") and panel.settled:
            return _("No question is open here, so {name} does nothing; n goes on.").format(name=name)
        if key == HOW_SURE:
            return _("No question waits for its first answer, so ! does nothing.")
        if key == "a":
            return _("Answer here: type it or mark a choice, then enter.")
        if panel.settled and panel.has_focus_within and (key == "enter" or key.isdecimal()):
            return _("This question is answered, so {name} does nothing; n goes on.").format(name=name)
        if key == "P":
            return _("There is nothing to play on this step.")
        if key in ("C", "L"):
            return self.why_not_read if key == "C" and self.has_curves else _("There is no curve on this step.")
        if key == "v":
            return _("There is no picture here, so v does nothing.")
        return super().meaning_of(key)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen, the lab's controls and actions, how to answer."""
        from tutor.ui.screens.lesson_help import lesson_help

        panel = self.query_one(LabPanel)
        return lesson_help(self.session, panel.action_keys)

    def action_exercises(self) -> None:
        """The exercises of this lesson."""
        self.tutor.action_practice(self.session.lesson.id)

    def action_lab_or_exercises(self, letter: str) -> None:
        """The lab's own meaning of the letter; where it has none, the exercises."""
        if not self._left and not self.query_one(LabPanel).press_key(letter):
            self.action_exercises()

    def action_jump(self) -> None:
        """Choose a step from a list."""

        async def chosen(position: int | None) -> None:
            if position is not None:
                await self.go_to_step(position)

        self.app.push_screen(JumpScreen(self.session), chosen)

    def action_leave_field(self) -> None:
        """Move the focus from the question to the lab; from there escape leaves."""
        self._focus_lab()
        back = "" if self.query_one(QuestionPanel).settled else _("; a: back to the question")
        self.tutor.remark(_("escape again leaves the lesson{back}.").format(back=back))

    async def action_leave(self) -> None:
        """Close the TensorFlow comparison or the full lab; otherwise go home."""
        if self.query(TensorFlowView):
            await self._leave_tensorflow()
        elif self.has_class("-full"):
            await self.action_full()
        else:
            self.tutor.go_home()

    def action_scroll_text(self, direction: int) -> None:
        """Scroll the text by a page; at its end, the goals below it."""
        text = self.query(TensorFlowView).first() if self.query(TensorFlowView) else self.query_one("#text")
        if text.id == "text" and text.scroll_offset.y == (text.max_scroll_y if direction > 0 else 0):
            text = self.query_one(GoalPanel)
        if direction > 0:
            text.scroll_page_down(animate=False)
        else:
            text.scroll_page_up(animate=False)

    def action_scroll_lab(self, direction: int) -> None:
        """Scroll the lab by a line, if no field uses the arrows."""
        panel = self.query_one(LabPanel)
        panel.scroll_relative(y=direction, animate=False)

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002
        """Lay out the head for the new width."""
        if self._left:
            return
        self.query_one(LessonHead).refresh()
