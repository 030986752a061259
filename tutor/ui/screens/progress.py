"""The progress screen: for each lesson what is done, what was hard, and when its review is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from tutor.course.lessons.step_texts import read_step_texts
from tutor.course.record.calibration import calibration_sentences, together
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.progress_report import LessonReport, report
from tutor.course.record.step_states import LEGEND
from tutor.language.catalogue import _, ngettext
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.option_list import OptionList

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

LONGEST_TITLE = 28
MOST_HARD = 9


class ReportList(OptionList):
    """The list of lessons; the key line shows its enter key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open")]


class ProgressScreen(TutorScreen):
    """A line for each lesson, and the highlighted lesson below it, or beside it in a wide window."""

    CSS_PATH = "progress.tcss"
    AUTO_FOCUS = "#reports"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual declares no ClassVar
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "open_hardest", "Open at the hardest"),
        Binding("w", "app.warm_up", "Warm-up"),
        Binding("slash", "app.search", "Search", key_display="/"),
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("escape,p", "app.go_home", "Home", key_display="esc"),
    ]

    def compose(self) -> ComposeResult:
        """The heading, the column names, the lessons, the pane about the highlighted one, the keys."""
        yield Static(id="heading", markup=False)
        yield Static(id="calibration", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="lessons"):
                yield Static(id="columns", markup=False)
                yield ReportList(id="reports", markup=False)
            with VerticalScroll(id="pane", can_focus=False):
                yield Static(id="about", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Fill the list from the learner's progress."""
        progress = self.tutor.progress
        all_progress, schedule, now = progress.by_lesson(), progress.reviews(self.tutor.summaries), progress.now()
        self._reports = [
            report(s, all_progress.get(s.id, LessonProgress()), schedule.get(s.id), read_step_texts(s.folder))
            for s in self.tutor.summaries
        ]
        width = min(max((len(s.title) for s in self.tutor.summaries), default=0), LONGEST_TITLE)
        done = sum(one.state.done for one in self._reports)
        first, due = sum(one.first_try for one in self._reports), self.tutor.questions_due()
        right = _("1 question") if first == 1 else _("{first} questions").format(first=first)
        words = _("  {done} of {count} lessons done · {right} right at the first try").format(
            done=done, count=len(self._reports), right=right
        )
        heading = Content.assemble((_("Progress"), "bold"), words, _(" · {due} due").format(due=due) if due else "")
        self.query_one("#heading", Static).update(heading)
        calibration = calibration_sentences(together(one.calibration for one in all_progress.values()))
        self.query_one("#calibration", Static).update(" ".join(calibration))
        self.query_one("#calibration").display = bool(calibration)
        self.query_one("#columns", Static).update(Content.styled(_columns(width), "$text-muted"))
        listed = self.query_one(ReportList)
        for one in self._reports:
            due_words = one.review.when_words(now) if one.review is not None else ""
            listed.add_option(Option(_row(one, due_words, width), id=one.summary.id))
        if self._reports:
            last = progress.last_position()
            ids = [one.summary.id for one in self._reports]
            listed.highlighted = ids.index(last[0]) if last is not None and last[0] in ids else 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the highlighted lesson in the pane."""
        one = self._reports[event.option_index]
        signs = f"  {one.state.signs}" if one.begun else ""
        lines = [Content.assemble((f"{one.summary.number} {one.summary.title}", "bold"), signs)]
        lines += [Content(sentence) for sentence in one.sentences(self.tutor.progress.now())]
        if one.hard:
            lines += [Content(""), Content.styled(_("What was hard"), "bold")]
            lines += [Content(f"{hard.position + 1:>2}  {hard.words()}") for hard in one.hard[:MOST_HARD]]
        elif one.begun:
            lines += [Content(_("Nothing was hard so far."))]
        self.query_one("#about", Static).update(Content("\n").join(lines))
        self.query_one("#pane").scroll_home(animate=False)
        self.refresh_bindings()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click opens the lesson."""
        self.tutor.open_lesson(self._reports[event.option_index].summary.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Enable the hardest step only if something was hard."""
        return action != "open_hardest" or bool(self._pointed_at is not None and self._pointed_at.hard)

    @property
    def _pointed_at(self) -> LessonReport | None:
        at = self.query_one(ReportList).highlighted if self.is_mounted else None
        return None if at is None else self._reports[at]

    def action_open_hardest(self) -> None:
        """Open the lesson at the step of its hardest question."""
        one = self._pointed_at
        if one is not None and one.hard:
            self.tutor.open_lesson(one.summary.id, one.hard[0].position)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        from tutor.ui.screens.help import HelpSection, in_words

        rows = (
            ("↑ ↓", _("point at a lesson")),
            ("enter", _("open it, at the step where you were")),
            ("e", _("open it at what was hardest")),
            ("w", _("a warm-up, if anything is due")),
            ("escape", _("home")),
        )
        columns = (
            ("seen", _("steps seen, of all; ✓ where the lesson is done")),
            (_("at first"), _("questions right at the first try, of all")),
            ("warm-up", _("when questions from it are asked again")),
        )
        return (
            HelpSection(_("Progress"), rows),
            HelpSection(_("Columns"), columns),
            HelpSection(_("Steps"), in_words(LEGEND)),
        )


def _columns(width: int) -> str:
    """The column names of ``_row``: steps seen, questions right at first, and so on."""
    lesson, seen, first, trouble, due = _("lesson"), _("seen"), _("at first"), _("tries and hints"), _("warm-up")
    return f"    {lesson:<{width}} {seen:>7} {first:<8} {trouble:<17} {due}"


def _row(one: LessonReport, due: str, width: int) -> Content:
    title = Content(one.summary.title).truncate(width, ellipsis=True, pad=True)
    steps = f"{'✓' if one.state.done else ' '} {one.state.seen:>2}/{one.summary.steps:<2}"
    asked = one.state.questions if one.begun else 0
    first = f"{one.first_try:>2}/{asked:<2}" if asked else ""
    trouble = _trouble(one.wrong, one.hints) if asked else ""
    row = Content(f"{one.summary.number:>2}  ") + title + Content(f" {steps} {first:<8} {trouble:<17}")
    return row + Content(f" {due}")


def _trouble(wrong: int, hints: int) -> str:
    """How often answers were wrong and hints taken, in columns."""
    tries = _("{count:>2} wrong").format(count=wrong)
    taken = ngettext("{count:>2} hint", "{count:>2} hints", hints).format(count=hints)
    return f"{tries} {taken}"
