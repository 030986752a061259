"""The home screen: the lessons with the learner's progress, and a key to resume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from tutor.course.lessons.lesson import LessonCollection, LessonSummary
from tutor.course.lessons.parts import Part, part_beginnings
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.step_states import LEGEND, lesson_state
from tutor.language.catalogue import _
from tutor.ui.progress_bar import progress_bar
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.option_list import OptionList

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

LONGEST_TITLE = 42
WIDE = 110
"""Columns from which on there is room for the steps of a lesson, and for a line about each part."""
LONGEST_BAR, SHORTER_BAR = 10, 6
"""Cells; the shorter bar is for windows of fewer than 70 columns."""


class WayBack(Static):
    """A line above the list that names a key and its action; a click does the same."""

    def __init__(self, action: str, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._action = action

    async def on_click(self) -> None:
        """Run the key's action."""
        await self.run_action(self._action)


class LessonList(OptionList):
    """The list of lessons; the key line shows its enter key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open")]


class HomeScreen(TutorScreen):
    """A list of lessons, and the highlighted lesson beside it, or below it in a narrow window."""

    AUTO_FOCUS = "#lessons"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual declares no ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "resume", "Resume"),
        Binding("w", "app.warm_up", "Warm-up", show=False),
        Binding("e", "app.practice", "Exercises"),
        Binding("s", "app.studio", "Studio"),
        Binding("p", "app.progress", "Progress"),
        Binding("slash", "app.search", "Search", key_display="/"),
        Binding("y", "app.glossary", "Glossary", show=False),
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("q", "app.leave", "Quit"),
        Binding("d", "app.toggle_dark", "Dark/light"),
    ]

    def compose(self) -> ComposeResult:
        """The title, the lines to resume and to warm up, the list, the pane about the highlighted lesson, the keys."""
        yield Static(
            Content.assemble(("dl-tutor", "bold"), _("  deep learning, seen and worked out number by number")),
            id="title",
            markup=False,
        )
        yield WayBack("screen.resume", id="resume")
        yield WayBack("app.warm_up", id="warm-up")
        with Horizontal(id="body"):
            yield LessonList(id="lessons", markup=False)
            yield Static(id="about", markup=False)
        yield KeyLine()

    _resumed: tuple[LessonSummary, int] | None = None

    def on_mount(self) -> None:
        """Fill the list before the first paint."""
        self.fill()

    def on_screen_resume(self) -> None:
        """Update the list after a lesson."""
        if self.query_one(OptionList).option_count:
            self.fill()

    def fill(self) -> None:
        """Fill the list from the learner's progress and highlight the lesson that was open last."""
        listed = self.query_one(OptionList)
        last = self._last_position()
        pointed_at = listed.highlighted_option.id if listed.highlighted_option else None
        if last != self._resumed:
            self._resumed, pointed_at = last, last[0].id if last is not None else pointed_at
        self._show_ways_back()
        summaries, progress = self.tutor.summaries, self.tutor.progress
        all_progress, reviews, now = progress.by_lesson(), progress.reviews(summaries), progress.now()
        width = min(max((len(s.title) for s in summaries), default=0), LONGEST_TITLE)
        bar = LONGEST_BAR if self.app.size.width >= 70 else SHORTER_BAR
        listed.clear_options()
        collection, beginnings = None, part_beginnings(summaries)
        following = self._next_lesson(all_progress)
        for summary in summaries:
            if summary.id in beginnings:
                listed.add_option(_part_heading(beginnings[summary.id], self.app.size.width >= WIDE))
            if summary.collection != collection:
                collection = summary.collection
                listed.add_option(_heading(collection, self.app.size.width >= WIDE))
            review = reviews.get(summary.id)
            is_due = review is not None and review.is_due(now)
            # The state of one that is begun takes the room, and says enough.
            is_next = summary.id == following and not all_progress.get(summary.id, LessonProgress()).steps_seen
            marks = [word for word, holds in (("due", is_due), ("next", is_next)) if holds]
            row = _row(summary, all_progress.get(summary.id), marks, width, bar)
            listed.add_option(Option(row, id=summary.id))
        if not summaries:
            self._tell(_("There are no lessons here."))
            return
        # The studio can be resumed, and is not in the list.
        known = {summary.id for summary in summaries}
        listed.highlighted = listed.get_option_index(
            pointed_at if pointed_at is not None and pointed_at in known else summaries[0].id
        )

    def _next_lesson(self, all_progress: Mapping[str, LessonProgress]) -> str | None:
        """The first of the shipped lessons that is not done; None before anything was opened, and after the last."""
        shipped = (summary for summary in self.tutor.summaries if summary.collection is None)
        undone = (s.id for s in shipped if not lesson_state(s.outline, all_progress.get(s.id, LessonProgress())).done)
        return next(undone, None) if self._resumed is not None else None

    def _show_ways_back(self) -> None:
        """Update the lines above the list, which do not scroll."""
        resume, warm_up = self.query_one("#resume", WayBack), self.query_one("#warm-up", WayBack)
        resume.display = self._resumed is not None
        if self._resumed is not None:
            summary, position = self._resumed
            words = _("Resume: {title}, step {position} of {steps}").format(
                title=summary.title, position=position + 1, steps=summary.steps
            )
            resume.update(Content.assemble(("r  ", "bold $footer-key-foreground"), (words, "bold")))
        due = self.tutor.questions_due()
        warm_up.display = due > 0
        questions = _("1 question") if due == 1 else _("{due} questions").format(due=due)
        words = _("Warm-up: {questions} from what you learned").format(questions=questions)
        warm_up.update(Content.assemble(("w  ", "bold $footer-key-foreground"), words))

    def _last_position(self) -> tuple[LessonSummary, int] | None:
        last = self.tutor.progress.last_position()
        if last is None:
            return None
        summary = self.tutor.summary(last[0])
        return None if summary is None else (summary, min(last[1], summary.steps - 1))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the highlighted lesson in the pane."""
        self._about(event.option_id)

    def on_resize(self) -> None:
        """Lay out the list and the pane for the new width."""
        option = self.query_one(OptionList).highlighted_option
        if option is not None:
            self._about(option.id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click opens the lesson."""
        if event.option_id is not None:
            self.tutor.open_lesson(event.option_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Disable resume before anything was opened."""
        return action != "resume" or self._last_position() is not None

    def action_resume(self) -> None:
        """Open the lesson where the learner left off."""
        last = self._last_position()
        if last is not None:
            self.tutor.open_lesson(last[0].id, last[1])

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        from tutor.ui.screens.help import HelpSection, in_words

        rows = (
            ("↑ ↓", _("point at a lesson")),
            ("enter", _("open it, at the step where you were")),
            ("r", _("go back to where you were last")),
            ("w", _("a warm-up: questions from what you learned")),
            ("e", _("the exercises: functions to write in Python")),
            ("p", _("your progress: what is done, what was hard, what is due")),
            ("y", _("the glossary")),
            ("q", _("leave")),
            ("▰▰▱▱", _("how many steps are done: seen, or where they ask something, right or skipped")),
        )
        return (HelpSection(_("The list of lessons"), rows), HelpSection(_("Steps"), in_words(LEGEND)))

    def _about(self, option_id: str | None) -> None:
        summary = self.tutor.summary(option_id or "")
        if summary is None:
            return
        lines = [Content(summary.summary)]
        if self.has_class("-wide"):
            progress = self.tutor.progress
            review = progress.reviews(self.tutor.summaries).get(summary.id)
            lines = [Content.styled(summary.title, "bold"), *lines, Content("")]
            lines += _steps(summary, progress.of_lesson(summary.id))
            if review is not None:
                lines += [
                    Content(""),
                    Content(_("Questions from it are {due_words}.").format(due_words=review.due_words(progress.now()))),
                ]
        self.query_one("#about", Static).update(Content("\n").join(lines))

    def _tell(self, text: str) -> None:
        self.query_one("#about", Static).update(Content(text))


def _heading(collection: LessonCollection | None, wide: bool) -> Option:
    """The heading above the lessons of a pack, or of a user's own folder."""
    if collection is not None and collection.is_pack:
        return _titled(collection.title, collection.line, wide)
    return Option(Content.styled("" if collection is None else collection.heading, "bold"), disabled=True)


def _part_heading(part: Part, wide: bool) -> Option:
    return _titled(part.title, part.line, wide)


def _titled(title: str, about: str, wide: bool) -> Option:
    line = Content.styled(f"  {about}", "not bold $text-muted") if wide else Content("")
    return Option(Content.styled(title, "bold $text-accent") + line, disabled=True)


def _row(
    summary: LessonSummary, progress: LessonProgress | None, marks: Sequence[str], width: int, longest_bar: int
) -> Content:
    state = lesson_state(summary.outline, progress or LessonProgress())
    bar = progress_bar(state.steps_done, summary.steps, longest_bar)
    begun = progress is not None and bool(progress.steps_seen)
    words = (
        _("✓ done")
        if state.done
        else state.words()
        if begun
        else _("about {minutes} min").format(minutes=summary.minutes)
    )
    title = Content(summary.title).truncate(width, ellipsis=True, pad=True)
    row = Content.assemble(f"{summary.number:>2}  ", title, f"  {bar} ", (words, "" if begun else "$text-muted"))
    for mark in marks:
        row = row + Content.styled(f" · {mark}", "bold" if mark == "next" else "$text-muted")
    return row


def _steps(summary: LessonSummary, progress: LessonProgress) -> list[Content]:
    """The titles of a lesson's steps, each with the sign of its state."""
    from tutor.course.lessons.step_texts import read_step_texts

    states = lesson_state(summary.outline, progress).steps
    steps = zip(states, read_step_texts(summary.folder), strict=False)
    return [Content(f"{state.sign} {number:>2}  {step.title}") for number, (state, step) in enumerate(steps, start=1)]
