"""One exercise: its task and the verdict beside an editor."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.forms import FORM_TITLES, FORMS, Form, form_of, point_at
from tutor.practice.record import PracticeRecord
from tutor.practice.report import verdict_lines
from tutor.practice.runner.client import RunnerGone
from tutor.practice.runner.starting import start_directly
from tutor.practice.verdict import Verdict
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.code_editor import CodeEditor
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.registry import view_for
from tutor.ui.widgets.step_text import StepText

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

_STYLES = {
    "right": "bold $text-success",
    "bug": "bold $attention",
    "wrong": "bold $attention",
    "error": "bold $text-error",
}
_MARKS = {"right": "✓ ", "bug": "✗ ", "wrong": "✗ ", "error": "! "}
_HOW_TO_POINT = " To ask about a line, put the cursor on it and check."


class ExerciseScreen(TutorScreen):
    """The task on the left, below it the verdict; the editor on the right. What is written is kept."""

    CSS_PATH = "exercise_screen.tcss"
    AUTO_FOCUS = "CodeEditor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "check", "Check", priority=True),
        Binding("ctrl+t", "hint", "Hint", priority=True),
        Binding("ctrl+o", "form", "Other form", priority=True),
        Binding("ctrl+g", "solution", "Solution", priority=True),
        Binding("f1", "app.help", "Help", priority=True),
        Binding("escape", "leave", "Back", key_display="esc", priority=True),
        Binding("pagedown", "scroll_said(1)", show=False),
        Binding("pageup", "scroll_said(-1)", show=False),
    ]

    def __init__(self, exercise: Exercise) -> None:
        super().__init__()
        self._exercise = exercise
        self._form = form_of(exercise, "write")
        self._written: dict[str, str] = {}
        self._checker: Checker | None = None
        self._starting = asyncio.Lock()
        self._left = False
        self._checking = False

    def compose(self) -> ComposeResult:
        """The heading, the task and the verdict, the editor, the keys."""
        yield Static(id="heading", markup=False)
        with Horizontal(id="body"):
            with VerticalScroll(id="said", can_focus=False):
                # Its title is in the heading.
                yield StepText(self._exercise.task.partition("\n")[2].strip())
                yield Static(id="form", markup=False)
                yield Static(id="verdict", markup=False)
            with Vertical(id="work"):
                yield CodeEditor(self._record.draft(self._exercise.id) or self._form.source)
                yield Vertical(id="picture")
        yield KeyLine()

    def on_mount(self) -> None:
        """Say what it is, and let the process that runs code start meanwhile."""
        self.query_one("#picture", Vertical).display = False
        self._show_heading()
        self._show_form()
        self.run_worker(self._warm(), exclusive=False)

    @property
    def _record(self) -> PracticeRecord:
        return PracticeRecord(self.tutor.progress)

    @property
    def source(self) -> str:
        """What stands in the editor."""
        return self.query_one(CodeEditor).text

    # Keys

    async def action_check(self) -> None:
        """Run what is written, and say what is right or wrong with it."""
        if self._checking:
            return
        if self._form.name == "find" and self.source.strip() == self._form.source.strip():
            self._point()
            return
        self._checking = True
        self.say([("Running …", "$text-muted")])
        self.run_worker(self._check(self.source), exclusive=False)

    def _point(self) -> None:
        """Nothing is changed yet: the line of the cursor is the answer to where the bug is."""
        found, said = point_at(self._form, self.query_one(CodeEditor).cursor_location[0] + 1)
        word, then = ("right", "Mend it, and check again.") if found else ("wrong", "Move the cursor to another line.")
        self.say([(f"{_MARKS[word]}{said}", _STYLES[word]), (then, "")])

    def action_hint(self) -> None:
        """The next hint, if there was a try since the last one."""
        record, done = self._record, self._record.of(self._exercise.id)
        if done.hints >= len(self._exercise.hints):
            self.tutor.remark("There is no further hint; ctrl+g shows a solution.")
        elif not done.may_have_hint:
            self.tutor.remark("Check what you have first; then there is a hint.")
        else:
            record.save(self._exercise.id, done.after_hint())
            self.say([("Hint", "bold"), (self._exercise.hints[done.hints], "")])

    def action_solution(self) -> None:
        """A solution, below the task."""
        self._record.saw_solution(self._exercise.id)
        self.say([("A solution", "bold"), (self._exercise.solution.rstrip(), "")])

    def action_form(self) -> None:
        """The same exercise with more or less help; what was written in each is kept while it is open."""
        self._written[self._form.name] = self.source
        following = FORMS[(FORMS.index(self._form.name) + 1) % len(FORMS)]
        done = self._record.of(self._exercise.id)
        self._form = form_of(self._exercise, following, missing=done.missing, bug=self.tutor.progress.learner)
        self.query_one(CodeEditor).text = self._written.get(following) or self._begin(self._form)
        self.query_one("#verdict", Static).update("")
        self.query_one("#picture", Vertical).display = False
        self._show_heading()
        self._show_form()

    def action_leave(self) -> None:
        """Keep what is written, and go back."""
        self.leave()
        self.dismiss()

    def leave(self) -> None:
        """Keep what is written, and end the process that runs code."""
        if self._form.name == "write":
            self._record.keep_draft(self._exercise.id, self.source)
        self._left = True
        self._end_checker()

    def action_scroll_said(self, pages: int) -> None:
        """Scroll the task and the verdict."""
        said = self.query_one("#said", VerticalScroll)
        said.scroll_relative(y=pages * max(1, said.size.height - 1), animate=False)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The editor's keys."""
        from tutor.ui.screens.help import HelpSection

        return (
            HelpSection(
                "An exercise",
                (
                    ("ctrl+r", "run what is written, and be told what is wrong"),
                    ("ctrl+t", "a hint; after one more try, the next"),
                    ("ctrl+o", "with more help or less: complete it, find the bug, write it"),
                    ("ctrl+g", "a solution"),
                    ("page up, page down", "scroll the task"),
                    ("escape", "back; what is written is kept"),
                ),
            ),
        )

    # Checking

    async def _warm(self) -> None:
        # If that fails, the next check tries again, and says so.
        with contextlib.suppress(RunnerGone):
            checker = await self._started()
            await asyncio.to_thread(checker.bank, self._exercise)

    async def _started(self) -> Checker:
        """The checker, with its process. Raises ``RunnerGone``."""
        async with self._starting:
            if self._checker is None:
                checker = await asyncio.to_thread(Checker, start=self.tutor.start_runner or start_directly)
                if self._left:
                    _close(checker)
                    raise RunnerGone("the screen is left")
                self._checker = checker
            return self._checker

    def _end_checker(self) -> None:
        checker, self._checker = self._checker, None
        if checker is not None:
            _close(checker)

    async def _check(self, source: str) -> None:
        """Check in a thread, which knows no widgets."""
        try:
            checker = await self._started()
            verdict = await asyncio.to_thread(checker.check, self._exercise, source)
        except RunnerGone:
            verdict = Verdict("error", "The process that runs your code ended. Check again.")
            self._end_checker()
        finally:
            self._checking = False
        if self._left or not self.is_mounted:
            return
        record = self._record
        if self._form.name == "write":
            record.keep_draft(self._exercise.id, source)
        record.checked(self._exercise.id, verdict, self._form.name)
        self._show_heading()
        first, *rest = verdict_lines(self._exercise, verdict)
        self.say([(f"{_MARKS[verdict.word]}{first}", _STYLES[verdict.word]), *((line, "") for line in rest)])
        await self._show_picture(verdict)
        if verdict.line is not None:
            self.query_one(CodeEditor).move_cursor((verdict.line - 1, 0))

    async def _show_picture(self, verdict: Verdict) -> None:
        """What was returned beside what should be, below the editor."""
        holder = self.query_one("#picture", Vertical)
        await holder.remove_children()
        holder.display = verdict.picture is not None
        if verdict.picture is not None:
            view = view_for(verdict.picture, covered=False)
            view.staged = True
            await holder.mount(view)

    def say(self, paragraphs: list[tuple[str, str]]) -> None:
        """Show paragraphs, each with its style, in place of the verdict, and bring them into view."""
        lines = [Content.styled(text, style) for text, style in paragraphs]
        verdict = self.query_one("#verdict", Static)
        verdict.update(Content("\n").join(lines))
        # Its beginning, if it is longer than the column.
        said = self.query_one("#said", VerticalScroll)
        self.call_after_refresh(said.scroll_to_widget, verdict, animate=False, top=True)

    def _begin(self, form: Form) -> str:
        kept = self._record.draft(self._exercise.id) if form.name == "write" else None
        return kept or form.source

    def _show_heading(self) -> None:
        state = self._record.of(self._exercise.id).state
        words = f"  {FORM_TITLES[self._form.name]}  ·  {state}"
        self.query_one("#heading", Static).update(Content.assemble((self._exercise.title, "bold"), words))

    def _show_form(self) -> None:
        self.query_one("#form", Static).update(f"{self._form.task}{_HOW_TO_POINT if self._form.name == 'find' else ''}")


def _close(checker: Checker) -> None:
    """End its process, in a thread: on a busy machine that can take a second."""
    threading.Thread(target=checker.close, daemon=True).start()
