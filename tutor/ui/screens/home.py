"""The first screen: the lessons, how far the learner is in each, and the way back to where they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.course.lesson import LessonError, LessonSummary
from tutor.ui.progress_bar import progress_bar
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tutor.course.standing import Standing
    from tutor.ui.screens.help import HelpSection

RESUME = "resume"


class LessonList(OptionList):
    """The list of lessons, whose enter key is named in the key line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open")]


class HomeScreen(TutorScreen):
    """A list of lessons; beside it, or below it where there is little room, the lesson that is pointed at."""

    AUTO_FOCUS = "#lessons"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual declares no ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "resume", "Resume"),
        Binding("d", "app.toggle_dark", "Dark/light"),
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("ctrl+p", "app.command_palette", "Commands", key_display="^p"),
        Binding("q", "quit_app", "Quit"),
    ]

    def compose(self) -> ComposeResult:
        """The title, the list, the pane about the highlighted lesson, the keys."""
        yield Static(
            Content.assemble(("dl-tutor", "bold"), "  deep learning, worked through one number at a time"), id="title"
        )
        with Horizontal(id="body"):
            yield LessonList(id="lessons", markup=False)
            yield Static(id="about", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Fill the list before the first paint."""
        self.fill()

    def on_screen_resume(self) -> None:
        """Coming back from a lesson: show what was done there."""
        if self.query_one(OptionList).option_count:
            self.fill()

    def fill(self) -> None:
        """Write the list from the learner's progress; the highlight stays on its lesson."""
        listed = self.query_one(OptionList)
        before = listed.highlighted_option.id if listed.highlighted_option else None
        standings = self.tutor.progress.standings()
        place = self._last_place()
        options: list[Option | None] = []
        if place is not None:
            summary, position = place
            words = f"Resume: {summary.title}, step {position + 1} of {summary.steps}"
            options += [Option(Content.styled(words, "bold"), id=RESUME), None]
        width = max((len(s.title) for s in self.tutor.summaries), default=0)
        for summary in self.tutor.summaries:
            options.append(Option(_row(summary, standings.get(summary.id), width), id=summary.id))
        listed.clear_options()
        listed.add_options(options)
        if not options:
            self._tell("There are no lessons here.")
            return
        listed.highlighted = 0
        if before is not None and before != RESUME:
            listed.highlighted = listed.get_option_index(before)

    def _last_place(self) -> tuple[LessonSummary, int] | None:
        last = self.tutor.progress.last_place()
        if last is None:
            return None
        summary = self.tutor.summary(last[0])
        return None if summary is None else (summary, min(last[1], summary.steps - 1))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell about the lesson that is pointed at."""
        self._about(event.option_id)

    def on_resize(self) -> None:
        """With more room there is more to tell."""
        option = self.query_one(OptionList).highlighted_option
        if option is not None:
            self._about(option.id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click, opens."""
        self._open(event.option_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Nothing to resume before anything was opened."""
        return action != "resume" or self._last_place() is not None

    def action_resume(self) -> None:
        """Go back to where the learner was."""
        self._open(RESUME)

    def action_quit_app(self) -> None:
        """Leave the program."""
        self.app.exit(0)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        from tutor.ui.screens.help import HelpSection

        rows = (
            ("↑ ↓", "point at a lesson"),
            ("enter", "open it, at the step where you were"),
            ("r", "go back to where you were last"),
            ("q", "leave"),
        )
        return (HelpSection("The list of lessons", rows),)

    def _open(self, option_id: str | None) -> None:
        place = self._last_place()
        if option_id == RESUME and place is not None:
            self.tutor.open_lesson(place[0].id, place[1])
        elif option_id is not None:
            self.tutor.open_lesson(option_id)

    def _about(self, option_id: str | None) -> None:
        place = self._last_place()
        summary = place[0] if option_id == RESUME and place else self.tutor.summary(option_id or "")
        if summary is None:
            return
        lines = [Content.styled(summary.title, "bold"), Content(summary.summary)]
        if self.has_class("-wide"):
            lines += [Content(""), *_steps(summary, self.tutor.progress.standing(summary.id))]
        self.query_one("#about", Static).update(Content("\n").join(lines))

    def _tell(self, text: str) -> None:
        self.query_one("#about", Static).update(Content(text))


def _row(summary: LessonSummary, standing: Standing | None, width: int) -> Content:
    seen = min(len(standing.steps_seen), summary.steps) if standing else 0
    bar = progress_bar(seen, summary.steps, 10)
    state = "✓ done" if standing is not None and standing.finished else f"{seen}/{summary.steps}"
    return Content(f"{summary.number:>2}  {summary.title:<{width}}  {bar} {state}")


def _steps(summary: LessonSummary, standing: Standing) -> list[Content]:
    """The steps of a lesson by title, with a mark at those that were seen."""
    from tutor.course.loader import load_lesson

    try:
        lesson = load_lesson(summary.folder)
    except LessonError as error:
        return [Content(f"This lesson cannot be opened: {error}")]
    lines = []
    for number, step in enumerate(lesson.steps, start=1):
        mark = "✓" if step.id in standing.steps_seen else "·"
        lines.append(Content(f"{mark} {number:>2}  {step.title}"))
    return lines
