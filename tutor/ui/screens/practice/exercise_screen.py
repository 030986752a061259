"""One exercise: its task and the verdict beside an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.text_area import Selection

from tutor.language.catalogue import N_, _
from tutor.practice.exercise import Exercise
from tutor.practice.failures import UNPROTECTED
from tutor.practice.forms import FORM_TITLES, FORMS, Form, form_of, point_at
from tutor.practice.permission import QUESTION, Permission
from tutor.practice.record import PracticeRecord
from tutor.practice.report import own_version, verdict_lines
from tutor.practice.verdict import Verdict
from tutor.ui.screens.practice.compared_panel import ComparedPanel
from tutor.ui.screens.practice.exercise_lab import HAS_ROOM_FROM, ExerciseLab
from tutor.ui.screens.practice.own_version import first_piece
from tutor.ui.screens.practice.resident_checker import ResidentChecker
from tutor.ui.screens.practice.yes_or_no import YesOrNoScreen
from tutor.ui.screens.source import SourceScreen
from tutor.ui.widgets.code_editor import CodeEditor
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.step_text import StepText

if TYPE_CHECKING:
    from collections.abc import Callable

    from tutor.ui.screens.help import HelpSection

_STYLES = {
    "right": "bold $text-success",
    "bug": "bold $attention",
    "wrong": "bold $attention",
    "error": "bold $text-error",
}
_MARKS = {"right": "✓ ", "bug": "✗ ", "wrong": "✗ ", "error": "! "}
_ROOM_FOR_CODE = 120
"""Columns of the window from which on a short version is shown below the verdict."""
_HOW_TO_POINT = N_(" To ask about a line, put the cursor on it and check.")


class ExerciseScreen(ExerciseLab):
    """The task on the left, below it the verdict; the editor beside it, or below; the lab of its lesson on the right.

    What is written is kept. Where there is no room for three, the lab takes the place of the task on a key.

    ``following`` is the title of the next exercise, empty if there is none, and ``go_on`` opens it.
    """

    CSS_PATH = "exercise_screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-wide"), (HAS_ROOM_FROM, "-lab")]  # noqa: RUF012 - Textual declares no ClassVar
    AUTO_FOCUS = "#code"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "check", "Check", priority=True),
        Binding("ctrl+t", "hint", "Hint", priority=True),
        Binding("ctrl+o", "form", "Other form", priority=True),
        Binding("ctrl+g", "solution", "Solution", priority=True),
        # One of them is enabled.
        Binding("f2", "lab", "Lab", priority=True),
        Binding("f2", "editor", "Editor", priority=True),
        Binding("ctrl+e", "own_version", "Engine's", priority=True),
        Binding("ctrl+n", "go_on", "Next", priority=True, show=False),
        Binding("f1", "app.help", "Help", priority=True),
        Binding("escape", "leave", "Back", key_display="esc", priority=True),
        # Before the editor, which has these keys too, and seldom more than a page.
        Binding("pagedown", "scroll_said(1)", show=False, priority=True),
        Binding("pageup", "scroll_said(-1)", show=False, priority=True),
    ]

    def __init__(self, exercise: Exercise, following: str = "", go_on: Callable[[], None] = lambda: None) -> None:
        super().__init__(exercise)
        self._following, self._go_on = following, go_on
        self._form = form_of(exercise, "write")
        self._checker: ResidentChecker | None = None
        self._left = False
        self._checking = False
        self._asked_before = False
        # The verdict if it is right and in view; whether it is, or was at any time.
        self._right: Verdict | None = None
        self._was_right = False

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
                yield CodeEditor(self._begin(self._form), id="code")
                yield CodeEditor(self._exercise.solution.rstrip(), read_only=True, id="solution")
                yield ComparedPanel(id="picture")
        yield KeyLine()

    def on_mount(self) -> None:
        """Say what it is, and let the process that runs code start meanwhile."""
        self.query_one("#solution", CodeEditor).display = False
        self._was_right = self._record.of(self._exercise.id).solved
        self.refresh_bindings()
        self._show_heading()
        self._show_form()
        self._point_at_the_gap()
        self._checker = ResidentChecker(self._exercise, lambda: self._permission, self.tutor.start_runner)
        self.run_worker(self._checker.warm(), exclusive=False)
        self.fit_lab()

    @property
    def _record(self) -> PracticeRecord:
        return PracticeRecord(self.tutor.progress)

    @property
    def source(self) -> str:
        """What stands in the editor."""
        return self._editor.text

    @property
    def _editor(self) -> CodeEditor:
        return self.query_one("#code", CodeEditor)

    @property
    def _shows_solution(self) -> bool:
        return self.query_one("#solution", CodeEditor).display

    # Keys

    async def action_check(self) -> None:
        """Run what is written, and say what is right or wrong with it."""
        if self._checking:
            return
        self._show_solution(False)
        if self._permission.must_ask:
            self.app.push_screen(YesOrNoScreen(_(QUESTION)), self._permit)
            return
        if self._form.name == "find" and self.source.strip() == self._form.source.strip():
            self._point()
            return
        self._checking = True
        self.say([("Running …", "$text-muted")])
        self.run_worker(self._check(self.source, self._form), exclusive=False)

    @property
    def _permission(self) -> Permission:
        return Permission(self.tutor.progress, restricted=self.tutor.start_runner is not None)

    async def _permit(self, allowed: bool | None) -> None:
        if allowed is not None:
            self._permission.answer(allowed)
            await self.action_check()

    def _point(self) -> None:
        """Nothing is changed yet: the line of the cursor is the answer to where the bug is."""
        found, said = point_at(self._form, self._editor.cursor_location[0] + 1)
        word, then = (
            ("right", _("Mend it, and check again.")) if found else ("wrong", _("Move the cursor to another line."))
        )
        self.say([(f"{_MARKS[word]}{said}", _STYLES[word]), (then, "")])

    def action_hint(self) -> None:
        """The hints so far, and the next one if there was a try since the last."""
        record, done, hints = self._record, self._record.of(self._exercise.id), self._exercise.hints
        if done.hints >= len(hints):
            self.tutor.remark(_("There is no further hint; ctrl+g shows a solution."))
        elif done.may_have_hint:
            done = done.after_hint()
            record.save(self._exercise.id, done)
        else:
            self.tutor.remark(
                _("Check what you have first; then there is a further hint.")
                if done.hints
                else _("Check what you have first; then there is a hint.")
            )
        if done.hints:
            shown = [
                (_("Hints") if done.hints > 1 else _("Hint"), "bold"),
                *((hint, "") for hint in hints[: done.hints]),
            ]
            if done.hints < len(hints):
                shown.append((_("After a check, ctrl+t shows a further hint."), "bold"))
            self.say(shown, at_end=True)

    def action_solution(self) -> None:
        """A solution in place of the editor; the same key goes back to what is written."""
        done = self._record.of(self._exercise.id)
        if not (done.tries or done.shown or self._asked_before):
            self._asked_before = True
            self.tutor.remark(_("You have not tried yet. ctrl+g once more shows a solution."))
            return
        self._record.saw_solution(self._exercise.id)
        self._show_solution(not self._shows_solution)

    def _show_solution(self, shown: bool) -> None:
        if shown == self._shows_solution:
            return
        solution, editor = self.query_one("#solution", CodeEditor), self._editor
        solution.display, editor.display = shown, not shown
        (solution if shown else editor).focus()
        self._show_heading()

    def action_editor(self) -> None:
        """From the lab back to the editor, or to the solution; the lab stays beside it."""
        (self.query_one("#solution", CodeEditor) if self._shows_solution else self._editor).focus()

    def action_own_version(self) -> None:
        """The source of the engine's own version, once the learner has theirs."""
        pieces = own_version(self._exercise)
        if pieces:
            self.app.push_screen(SourceScreen(pieces, self._exercise.better))
        else:
            self.tutor.remark(_("The source of the engine is not installed here."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Until it is right, the engine's version stays unseen, and its key is the editor's."""
        if action != "own_version":
            return super().check_action(action, parameters)
        return self._was_right and bool(self._exercise.engine)

    async def action_form(self) -> None:
        """The same exercise with more or less help; what is written in each is kept."""
        self._show_solution(False)
        self._keep()
        following = FORMS[(FORMS.index(self._form.name) + 1) % len(FORMS)]
        done = self._record.of(self._exercise.id)
        self._form = form_of(self._exercise, following, missing=done.missing, bug=self.tutor.progress.learner)
        self._editor.text = self._begin(self._form)
        self._show([])
        await self.query_one(ComparedPanel).show(None)
        self._show_heading()
        self._show_form()
        self._point_at_the_gap()

    def action_leave(self) -> None:
        """Keep what is written, and go back: from the lab or the solution to the editor, from there to the list."""
        if self.in_lab:
            self.to_the_task()
            self.action_editor()
            return
        if self._shows_solution:
            self._show_solution(False)
            return
        self.leave()
        self.dismiss()

    def action_go_on(self) -> None:
        """Keep what is written, and open the next exercise."""
        if not self._following:
            self.tutor.remark(_("This is the last exercise."))
            return
        if self._left:
            return
        self.leave()
        self.dismiss()
        self._go_on()

    def leave(self) -> None:
        """Keep what is written, and end the process that runs code."""
        self._left = True
        self.close_lab()
        # Fast keys can leave it before it is there.
        if self._checker is not None:
            self._keep()
            self._checker.end()

    def _keep(self) -> None:
        """Keep what is written; a file to begin with is none, so that a newer one takes its place."""
        source = self.source
        self._record.keep_draft(self._exercise.id, "" if source == self._form.source else source, self._form.kept_as)

    def action_scroll_said(self, pages: int) -> None:
        """Scroll the task and the verdict."""
        self.to_the_task()
        said = self.query_one("#said", VerticalScroll)
        said.scroll_relative(y=pages * max(1, said.size.height - 1), animate=False)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The exercise's keys, and the editor's."""
        from tutor.ui.screens.practice.exercise_help import SECTIONS

        return tuple(section.in_words() for section in SECTIONS)

    # Checking

    async def _check(self, source: str, form: Form) -> None:
        """Check, and show the verdict."""
        try:
            verdict = None if self._checker is None else await self._checker.check(source)
        finally:
            self._checking = False
        if verdict is None or self._left or not self.is_mounted:
            return
        self._keep()
        # The learner may have gone on to another form meanwhile.
        self._record.checked(self._exercise.id, verdict, form.name)
        self._show_heading()
        if verdict.word == "right":
            self._was_right = True
            self.refresh_bindings()
            self._say_right(verdict)
        else:
            first, *rest = verdict_lines(self._exercise, verdict)
            if verdict.say == _(UNPROTECTED):
                rest.append(self._permission.refusal)
            self.say([(f"{_MARKS[verdict.word]}{first}", _STYLES[verdict.word]), *((line, "") for line in rest)])
        await self.query_one(ComparedPanel).show(verdict.picture)
        if verdict.line is not None:
            self._editor.move_cursor((verdict.line - 1, 0))

    def _say_right(self, verdict: Verdict) -> None:
        """That it is right, what the engine does better, where there is room how, and which keys go on."""
        first, *rest = verdict_lines(self._exercise, verdict)
        until = 1 if self._exercise.better else 0
        pieces = own_version(self._exercise)
        width = self.query_one("#verdict", Static).size.width
        code = first_piece(pieces, width) if self.size.width >= _ROOM_FOR_CODE else []
        keys = []
        if pieces:
            more = _("it by itself") if len(pieces) == 1 else _("all of it, {count} pieces").format(count=len(pieces))
            keys.append(
                _("ctrl+e shows {more}.").format(more=more) if code else _("ctrl+e shows the engine's own version.")
            )
        if self._following:
            keys.append(_("ctrl+n goes on to the next: {exercise}.").format(exercise=self._following))
        self._show([
            Content.styled(f"{_MARKS['right']}{first}", _STYLES["right"]), *map(Content, rest[:until]), *code,
            *map(Content, ["", *keys] if keys else []), *map(Content, rest[until:]),
        ])  # fmt: skip
        self._right = verdict

    def on_resize(self) -> None:
        """Fit the picture, the lab, and the lines of the engine's version, to the new size."""
        self.fit_lab()
        self.query_one(ComparedPanel).fit_soon()
        self.call_after_refresh(self._fit_right)

    def _fit_right(self) -> None:
        if self._right is not None and self.is_mounted:
            self._say_right(self._right)

    def say(self, paragraphs: list[tuple[str, str]], at_end: bool = False) -> None:
        """Show paragraphs, each with its style, in place of the verdict.

        If there is no room for all of them, the first is in view, or the last if ``at_end``.
        """
        self.to_the_task()
        self._show([Content.styled(text, style) for text, style in paragraphs], at_end)

    def _show(self, lines: list[Content], at_end: bool = False) -> None:
        self._right = None
        verdict, said = self.query_one("#verdict", Static), self.query_one("#said", VerticalScroll)
        verdict.update(Content("\n").join(lines))
        if at_end:
            said.scroll_end(animate=False)
        else:
            self.call_after_refresh(said.scroll_to_widget, verdict, top=True, animate=False)

    def _begin(self, form: Form) -> str:
        return self._record.draft(self._exercise.id, form.kept_as) or form.source

    def _point_at_the_gap(self) -> None:
        """Select the first ``...`` of a file to begin with: what is typed takes its place."""
        editor = self._editor
        if editor.text == self._form.source and self._form.name != "find":
            before, gap, _ = editor.text.partition("...")
            row, column = before.count("\n"), len(before) - before.rfind("\n") - 1
            editor.selection = Selection((row, column), (row, column + len(gap)))

    def _show_heading(self) -> None:
        words = f"  {_(FORM_TITLES[self._form.name])}  ·  {_(self._record.of(self._exercise.id).state)}"
        if self._shows_solution:
            words = _("  a solution; ctrl+g goes back to what you wrote")
        self.query_one("#heading", Static).update(Content.assemble((self._exercise.title, "bold"), words))

    def _show_form(self) -> None:
        form = self.query_one("#form", Static)
        form.display = bool(self._form.task)
        form.update(f"{self._form.task}{_(_HOW_TO_POINT) if self._form.name == 'find' else ''}")
