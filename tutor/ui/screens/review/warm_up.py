"""The warm-up: between its questions one moment of waiting, and at its end the days on which they come back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tutor.course.record.review import due_day, due_words
from tutor.course.record.warm_up import plan_words
from tutor.course.record.warm_up_question import WarmUpQuestion
from tutor.language.catalogue import _
from tutor.practice.record import exercises_again
from tutor.ui.screens.review.question import WarmUpQuestionScreen
from tutor.ui.screens.review.under_way import WARM_UP_HELP, WarmUp
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection


class WarmUpScreen(TutorScreen):
    """Waits for the next question and opens it; after the last one says when each comes back."""

    CSS_PATH = "warm_up.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", "To the lessons"),
        Binding("E", "exercise", "Exercise", show=False),
        Binding("escape", "leave", "Leave"),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    def __init__(self, warm_up: WarmUp) -> None:
        super().__init__()
        self._warm_up = warm_up
        self._over = self._left = False
        self._again = ""

    def compose(self) -> ComposeResult:
        """The head, the outcome, the keys."""
        yield Static(Content.assemble((_("Warm-up  "), "bold"), _("one moment …")), id="head", markup=False)
        yield Static(id="outcome", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Set up the next question."""
        self.run_worker(self._go_on(), exclusive=True)

    async def _go_on(self) -> None:
        question = await asyncio.to_thread(self._warm_up.next)
        if self._left:
            if question is not None:
                question.session.lab.close()
        elif question is not None:
            self._warm_up.asked.append(question)
            self._left = True
            self.app.switch_screen(WarmUpQuestionScreen(question, self._warm_up, WarmUpScreen))
        elif self._warm_up.asked:
            again = await asyncio.to_thread(exercises_again, self._warm_up.progress, self._warm_up.packs)
            self._again = again[0] if again else ""
            if self.is_mounted:
                self._show_outcome()
        else:
            self.tutor.say(_("No question could be set up today; they stay due."))
            self.action_leave()

    def _show_outcome(self) -> None:
        self._over = True
        self.query_one("#head", Static).update(Content.assemble((_("Warm-up  "), "bold"), "done"))
        lines = [Content.styled(_("That was the warm-up."), "bold"), Content("")]
        lines += [self._outcome(question) for question in self._warm_up.asked]
        if self._again:
            lines += [Content(""), Content(_("To write again: {again}. E opens it.").format(again=self._again))]
        lines += [
            Content(""),
            Content(
                _("{plan_words} ctrl+p, warm-up, changes that.").format(plan_words=plan_words(self._warm_up.progress))
            ),
        ]
        lines += [Content(""), Content(_("n  to the lessons"))]
        self.query_one("#outcome", Static).update(Content("\n").join(lines))
        self.refresh_bindings()

    def _outcome(self, question: WarmUpQuestion) -> Content:
        mark, colour = {True: ("✓", "$text-success"), False: ("↻", "$text-warning"), None: ("·", "$foreground")}[
            question.went_well
        ]
        progress, lesson = self._warm_up.progress, question.session.lesson
        memory = progress.memories().get(question.item)
        now = progress.now()
        due = "" if memory is None else due_words(due_day(memory, now.tzinfo), now)
        words = f"{lesson.number} {lesson.title}, {question.session.step.title}: {due}"
        return Content.assemble((f"{mark} ", f"bold {colour}"), words)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Go on only once it is over."""
        return self._over if action in ("next", "exercise") else super().check_action(action, parameters)

    def action_next(self) -> None:
        """Go home."""
        self.action_leave()

    def action_exercise(self) -> None:
        """The exercise that is to be written again."""
        self.tutor.action_practice(exercise=self._again)

    def action_leave(self) -> None:
        """Go home; questions not asked stay due."""
        self.tutor.go_home()

    def on_unmount(self) -> None:
        """Take no question any more that is still being set up."""
        self._left = True

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        from tutor.ui.screens.help import HelpSection, in_words

        return (HelpSection(_("The warm-up"), in_words(WARM_UP_HELP)),)
