"""The warm-up: between its questions one moment of waiting, and at its end the days on which they come back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tutor.course.record.review import due_day, due_words
from tutor.course.record.warm_up import due_exercises, plan_words
from tutor.course.record.warm_up_question import WarmUpQuestion
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.screens.warm_up.under_way import WARM_UP_HELP, WarmUp
from tutor.ui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection


class WarmUpScreen(TutorScreen):
    """Waits for the next question and opens it; after the last one says when each comes back."""

    CSS_PATH = "outcome.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next", "To the lessons"),
        Binding("E", "exercises", "Exercises", show=False),
        Binding("escape", "leave", "Leave"),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    def __init__(self, warm_up: WarmUp) -> None:
        super().__init__()
        self._warm_up = warm_up
        self._over = self._left = False

    def compose(self) -> ComposeResult:
        """The head, the outcome, the keys."""
        yield Static(Content.assemble(("Warm-up  ", "bold"), "one moment …"), id="head", markup=False)
        yield Static(id="outcome", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Set up the next question."""
        self.run_worker(self._go_on(), exclusive=True)

    async def _go_on(self) -> None:
        from tutor.ui.screens.warm_up.question import WarmUpQuestionScreen

        question = await asyncio.to_thread(self._warm_up.next)
        if self._left:
            if question is not None:
                question.session.lab.close()
        elif question is not None:
            self._warm_up.asked.append(question)
            self._left = True
            self.app.switch_screen(WarmUpQuestionScreen(question, self._warm_up, self._after))
        elif self._warm_up.asked:
            self._show_outcome()
        else:
            self.tutor.say("No question could be set up today; they stay due.")
            self.action_leave()

    def _after(self) -> None:
        """Go on from a question."""
        self.app.switch_screen(WarmUpScreen(self._warm_up))

    def _show_outcome(self) -> None:
        self._over = True
        self.query_one("#head", Static).update(Content.assemble(("Warm-up  ", "bold"), "done"))
        lines = [Content.styled("That was the warm-up.", "bold"), Content("")]
        lines += [self._outcome(question) for question in self._warm_up.asked]
        if again := due_exercises(self._warm_up.progress):
            lines += [Content(""), Content(f"To write again: {again[0]}. E opens the exercises.")]
        lines += [Content(""), Content(f"{plan_words(self._warm_up.progress)} ctrl+p, warm-up, changes that.")]
        lines += [Content(""), Content("n  to the lessons")]
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
        return self._over if action == "next" else super().check_action(action, parameters)

    def action_next(self) -> None:
        """Go home."""
        self.action_leave()

    def action_exercises(self) -> None:
        """The exercises."""
        self.tutor.action_practice()

    def action_leave(self) -> None:
        """Go home; questions not asked stay due."""
        self.tutor.go_home()

    def on_unmount(self) -> None:
        """Take no question any more that is still being set up."""
        self._left = True

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        from tutor.ui.screens.help import HelpSection

        return (HelpSection("The warm-up", WARM_UP_HELP),)
