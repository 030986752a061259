"""The end of a lesson: what was done, and where to go from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tutor.course.session import LessonSession
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tutor.course.progress import Progress
    from tutor.course.standing import Standing


class FinishedScreen(TutorScreen):
    """Says what was done; nothing goes on before the learner says so."""

    CSS_PATH = "finished.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,enter", "next_lesson", "Next lesson", key_display="n"),
        Binding("b", "back", "Back to the last step"),
        Binding("escape", "home", "Home"),
        Binding("question_mark", "app.help", "Help", key_display="?"),
    ]

    def __init__(self, session: LessonSession, progress: Progress) -> None:
        super().__init__()
        self._lesson = session.lesson
        self._progress = progress

    def compose(self) -> ComposeResult:
        """The lines in a box, and the keys."""
        with Vertical(id="box"):
            yield Static(Content("\n").join(self._lines()), id="done", markup=False)
        yield KeyLine()

    def _lines(self) -> list[Content]:
        after = self.tutor.lesson_after(self._lesson.id)
        questions = sum(len(step.questions) for step in self._lesson.steps)
        done = _done(self._progress.standing(self._lesson.id), len(self._lesson.steps), questions)
        return [
            Content.assemble(("✓ ", "bold $text-success"), (f"{self._lesson.title}: you are through it.", "bold")),
            Content(""),
            *(Content(line) for line in done),
            Content(""),
            Content(f"n  next lesson: {after.number} {after.title}" if after else "This was the last lesson."),
            Content("b  back to the last step"),
            Content("escape  home"),
        ]  # fmt: skip

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """No next lesson after the last."""
        return action != "next_lesson" or self.tutor.lesson_after(self._lesson.id) is not None

    def action_next_lesson(self) -> None:
        """Open the lesson that follows."""
        after = self.tutor.lesson_after(self._lesson.id)
        if after is not None:
            self.tutor.open_lesson(after.id)

    def action_back(self) -> None:
        """Return to the lesson, where it was left."""
        self.app.pop_screen()

    def action_home(self) -> None:
        """To the list of lessons."""
        self.tutor.go_home()


def _done(standing: Standing, steps: int, questions: int) -> list[str]:
    """What the learner did in this lesson, over all visits."""
    lines = [f"Steps seen: {min(len(standing.steps_seen), steps)} of {steps}."]
    if questions:
        lines.append(f"Questions: {questions}. Answers given: {standing.answered}, right: {standing.correct}.")
        if standing.hints:
            lines.append(f"Hints taken: {standing.hints}.")
    return lines
