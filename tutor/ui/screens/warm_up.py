"""The warm-up screen: a few questions from finished lessons, each on its lab with new numbers. Escape leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.warm_up_question import WarmUpQuestion, warm_up_questions
from tutor.training.run import RunStarter, start_inline
from tutor.ui.screens.keys.undo_keys import UndoKeys
from tutor.ui.screens.lesson_body import LeftSide
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.question_panel import QuestionPanel

if TYPE_CHECKING:
    from tutor.course.record.progress import Progress
    from tutor.ui.screens.help import HelpSection


class WarmUpPanel(QuestionPanel):
    """The question panel of a warm-up."""

    def _question_name(self) -> str:
        """The only open question has no number."""
        return "Question"

    def _way_on(self) -> str:
        return "n: go on"


class WarmUpScreen(UndoKeys):
    """One question after the other, then the dates of the next reviews. Does not change the position in lessons."""

    CSS_PATH = "warm_up.tcss"
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-middle"), (150, "-wide")]  # noqa: RUF012 - Textual declares no ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", "Next"),
        Binding("ctrl+n", "next", "Next", show=False),
        Binding("a", "answer", "Answer"),
        Binding("h", "hint", "Hint"),
        Binding("s", "skip", "Skip"),
        Binding("exclamation_mark", "confidence", "How sure", show=False),
        Binding("escape", "leave", "Leave"),
        Binding("g", "go_to_lesson", "Go to its lesson"),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    def __init__(
        self, progress: Progress, summaries: tuple[LessonSummary, ...], start_run: RunStarter = start_inline
    ) -> None:
        super().__init__()
        self._progress = progress
        self._summaries = summaries
        self._questions: Iterator[WarmUpQuestion] = warm_up_questions(progress, summaries, start_run)
        self._question: WarmUpQuestion | None = None
        self._asked: list[WarmUpQuestion] = []
        self._over = False
        self._left = False

    def compose(self) -> ComposeResult:
        """The head, a container for the question and its lab, the keys."""
        yield Static(id="head", markup=False)
        yield Horizontal(id="body")
        yield KeyLine()

    def on_mount(self) -> None:
        """Set up the first question."""
        self._say_head("one moment …")
        self._fetch_next()

    # Questions

    def _fetch_next(self) -> None:
        before, self._question = self._question, None
        self.refresh_bindings()
        self.run_worker(self._show_next(before), exclusive=True)

    async def _show_next(self, before: WarmUpQuestion | None) -> None:
        body = self.query_one("#body")
        await body.remove_children()
        if before is not None:
            before.session.lab.close()
        question = await asyncio.to_thread(self._fetch)
        if question is None:
            await self._end()
            return
        if self._left:
            question.session.lab.close()
            return
        self._question = question
        self._asked.append(question)
        session = question.session
        lesson = session.lesson
        self._say_head(f"{len(self._asked)}  {lesson.number} {lesson.title}: {session.step.title}")
        panel = WarmUpPanel(session)
        context = Static(self._where_from(question), id="context", markup=False)
        where_from = VerticalScroll(context, id="text", can_focus=False)
        lab = LabPanel(
            session.lab, show=session.step.show, covered=self._covered, read=session.readout, pace=self.tutor.pace
        )
        await body.mount(LeftSide(where_from, panel, id="left"), lab)
        panel.show_step()
        self.await_painting()
        panel.focus_answer()
        self.refresh_bindings()

    def _fetch(self) -> WarmUpQuestion | None:
        """Set up the next question, in a thread since it may take a while."""
        question = next(self._questions, None)
        if question is not None and self._left:
            question.session.lab.close()
            return None
        return question

    def _where_from(self, question: WarmUpQuestion) -> Content:
        lesson = question.session.lesson
        review = self._progress.reviews(self._summaries).get(lesson.id)
        days = 0 if review is None else review.days_since_finished(self._progress.now())
        ago = f"{days} days ago" if days != 1 else "yesterday"
        lines = [Content(f"You finished {lesson.title} {ago}. The numbers are new; feel free to change the lab.")]
        for before in question.before:
            lines += [Content(""), Content(f"The question before: {before.ask}"), Content(f"It was {before.answer}.")]
        return Content("\n").join(lines)

    async def _end(self) -> None:
        """Say when each lesson comes back, if any question was asked."""
        if self._left:
            return
        if not self._asked:
            self.tutor.say("No question could be set up today; the lessons stay due.")
            self.action_leave()
            return
        self._over = True
        self._say_head("done")
        lines = [Content.styled("That was the warm-up.", "bold"), Content("")]
        lines += [self._outcome(question) for question in self._asked]
        lines += [Content(""), Content("n  to the lessons")]
        await self.query_one("#body").mount(Static(Content("\n").join(lines), id="outcome", markup=False))
        self.refresh_bindings()

    def _outcome(self, question: WarmUpQuestion) -> Content:
        lesson = question.session.lesson
        state = question.session.question_state(question.index)
        if state.correct and state.attempts == 1 and not state.hints_taken:
            mark, colour = "✓", "$text-success"
        elif state.correct or state.attempts or state.hints_taken or state.skipped:
            mark, colour = "↻", "$text-warning"
        else:
            mark, colour = "·", "$foreground"
        review = self._progress.reviews(self._summaries).get(lesson.id)
        due = "" if review is None else review.due_words(self._progress.now())
        return Content.assemble((f"{mark} ", f"bold {colour}"), f"{lesson.number} {lesson.title}: {due}")

    def _say_head(self, words: str) -> None:
        self.query_one("#head", Static).update(Content.assemble(("Warm-up  ", "bold"), words))

    @property
    def _panel(self) -> WarmUpPanel | None:
        return next(iter(self.query(WarmUpPanel)), None)

    @property
    def _is_open(self) -> bool:
        panel = self._panel
        return self._question is not None and panel is not None and not panel.settled

    @property
    def _covered(self) -> frozenset[str]:
        if self._question is None:
            return frozenset()
        session = self._question.session
        return frozenset(name for name in session.lab.readout_names() if session.keeps_back(name))

    def on_question_panel_judged(self, event: QuestionPanel.Judged) -> None:
        """Uncover the readouts of a settled question."""
        for panel in self.query(LabPanel):
            panel.covered = self._covered
            panel.refresh_lab()
        if event.settled and self.focused is None and self._panel is not None:
            self._panel.focus_said()
        self.refresh_bindings()
        self.tutor.tell_notices()

    def on_lab_panel_changed(self, event: LabPanel.Changed) -> None:
        """Update the question's numbers after a control changed."""
        event.stop()
        self._refresh_numbers()

    def on_lab_panel_said(self, event: LabPanel.Said) -> None:
        """Show a message of the lab."""
        event.stop()
        self.app.notify(event.text, severity=event.severity)
        self._refresh_numbers()

    def _refresh_numbers(self) -> None:
        if self._panel is not None:
            self._panel.refresh_numbers()

    # Keys

    def on_key(self, event: events.Key) -> None:
        """Let the lab's letters act."""
        if any(panel.press_key(event.key) for panel in self.query(LabPanel)):
            event.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable keys for a question only if one is open."""
        if action in ("answer", "hint", "skip"):
            return self.is_mounted and self._is_open
        if action == "go_to_lesson":
            return self._question is not None
        return super().check_action(action, parameters)

    def action_next(self) -> None:
        """Go to the next question, the end, or home."""
        if self._over:
            self.action_leave()
        elif self._question is not None:
            self._fetch_next()

    def action_answer(self) -> None:
        """Focus the answer field."""
        if self._panel is not None:
            self._panel.focus_answer()

    def action_hint(self) -> None:
        """Show a hint for the open question."""
        if self._panel is not None:
            self._panel.take_hint()

    def action_skip(self) -> None:
        """Skip the open question."""
        if self._panel is not None:
            self._panel.skip()

    def action_confidence(self) -> None:
        """Say how sure one is of the answer to come."""
        if self._panel is not None:
            self._panel.turn_confidence()

    def action_go_to_lesson(self) -> None:
        """Open the question's lesson at the question's step."""
        if self._question is None:
            return
        from tutor.course.lessons.step_texts import read_step_texts, step_position

        lesson = self._question.session.lesson
        self.tutor.open_lesson(lesson.id, step_position(read_step_texts(lesson.folder), self._question.step_id))

    def action_leave_field(self) -> None:
        """Go home: unless something is being typed, escape leaves at once."""
        self.action_leave()

    def action_leave(self) -> None:
        """Go home; questions not asked stay due."""
        self.tutor.go_home()

    def on_unmount(self) -> None:
        """Leave, however the screen was closed."""
        self.leave()

    def leave(self) -> None:
        """Close the lab."""
        if not self._left:
            self._left = True
            self._close_lab()

    def _close_lab(self) -> None:
        if self._question is not None:
            self._question.session.lab.close()
            self._question = None

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        from tutor.ui.screens.help import HelpSection
        from tutor.ui.screens.lesson_help import ANSWERING

        rows = (
            ("n", "the next question; an open one stays due"),
            ("g", "open the question's lesson, at its step"),
            ("escape", "leave at once; questions not asked stay due"),
            ("", "Lessons that go well come back after longer gaps, others come back tomorrow."),
        )
        return (HelpSection("The warm-up", rows), ANSWERING)
