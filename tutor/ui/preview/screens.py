"""The screens of a preview: those of lessons and exercises with the findings above, and one of the findings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.language.catalogue import N_, _
from tutor.ui.preview.findings_strip import FindingsStrip
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.practice.exercise_screen import ExerciseScreen
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

HOW = N_("The lesson is shown as soon as it can be read, and again at each save.")


class PreviewLessonScreen(LessonScreen):
    """A lesson with the findings above it."""

    CSS_PATH = "../screens/lesson.tcss"

    def compose(self) -> ComposeResult:
        """The findings, then the lesson."""
        yield FindingsStrip()
        yield from super().compose()


class PreviewExerciseScreen(ExerciseScreen):
    """An exercise with the findings above it."""

    CSS_PATH = "../screens/practice/exercise_screen.tcss"

    def compose(self) -> ComposeResult:
        """The findings, then the exercise."""
        yield FindingsStrip()
        yield from super().compose()


class FindingsScreen(TutorScreen):
    """All findings, at the bottom of the stack: seen while nothing can be shown, and with escape."""

    DEFAULT_CSS = """
    FindingsScreen #all-findings { padding: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "app.show_preview", "Show it"),
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("q", "app.leave", "Quit"),
        Binding("d", "app.toggle_dark", "Dark/light"),
    ]

    def compose(self) -> ComposeResult:
        """The heading, the findings, the keys."""
        yield FindingsStrip()
        with VerticalScroll():
            yield Static(id="all-findings", markup=False)
        yield KeyLine()

    def show_all(self, findings: tuple[str, ...]) -> None:
        """Show every finding, each on a line of its own."""
        self.query_one("#all-findings", Static).update(Content("\n".join(findings or (_(HOW),))))

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        from tutor.ui.screens.help import HelpSection

        return (HelpSection(_("Preview"), (("r", _("the lesson or the exercise")), ("q", _("leave")))),)
