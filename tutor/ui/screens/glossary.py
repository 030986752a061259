"""The glossary: a list of terms, the highlighted entry, and a link to its lesson."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tutor.course.lessons.glossary import Entry, entries_for, find_entries
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.step_texts import read_step_texts, step_position
from tutor.language.catalogue import N_, _
from tutor.ui.screens.choosing import ChoosingScreen
from tutor.ui.screens.help import HelpSection
from tutor.ui.widgets.step_text import StepText

LONGEST_TERM = 26


class GlossaryScreen(ChoosingScreen):
    """The glossary, filtered by the typed text; enter opens the lesson that teaches the term."""

    heading = N_("Glossary")
    placeholder = N_("type a part of a term; ↑ ↓ points, enter opens its lesson")

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self._entries: tuple[Entry, ...] = ()
        self._found: tuple[Entry, ...] = ()
        self._said = _("These lessons have no glossary.")

    def on_mount(self) -> None:
        """Read the glossaries of the lessons."""
        try:
            self._entries = entries_for(self.tutor.summaries)
        except LessonError as error:
            self._said = _("The glossary cannot be read: {error}").format(error=error)
        super().on_mount()

    def compose_pane(self) -> ComposeResult:
        """The entry and its link."""
        yield Static(id="term", markup=False)
        yield StepText()
        yield Static(id="leads", markup=False)

    def find(self, words: str) -> list[Content]:
        """The terms with these words."""
        self._found = find_entries(self._entries, words)
        return [Content(entry.term).truncate(LONGEST_TERM, ellipsis=True) for entry in self._found]

    def tell(self, index: int) -> None:
        """Show the entry."""
        if index < len(self._found):
            entry = self._found[index]
            self._tell(entry.term, entry.text, self._leads(entry))

    def tell_none(self, words: str) -> None:
        """Say that there is no such term, or no glossary."""
        if self._entries:
            self._tell(
                _("There is no term with “{words}”.").format(words=words),
                "",
                _("Escape closes; / searches the lessons too."),
            )
        else:
            self._tell(self._said, "", "")

    def _tell(self, term: str, text: str, leads: str) -> None:
        self.query_one("#term", Static).update(Content.styled(term, "bold"))
        self.query_one(StepText).update(text)
        self.query_one("#leads", Static).update(Content(f"\n{leads}"))

    def _leads(self, entry: Entry) -> str:
        summary = self.tutor.summary(entry.lesson)
        return (
            ""
            if summary is None
            else _("enter: lesson {number}, {title}").format(number=summary.number, title=summary.title)
        )

    def open(self, index: int) -> None:
        """Open the entry's lesson, at its step if it names one."""
        entry = self._found[index]
        summary = self.tutor.summary(entry.lesson)
        if summary is None:
            self.tutor.say(_("The lesson {lesson} is not among these lessons.").format(lesson=entry.lesson))
            return
        position = None if entry.step is None else step_position(read_step_texts(summary.folder), entry.step)
        self.tutor.open_lesson(summary.id, position)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        rows = (
            ("letters", _("show the terms that have them")),
            ("↑ ↓", _("point at a term")),
            ("enter", _("open the lesson that teaches it")),
            ("escape", "back"),
        )
        return (HelpSection(_("The glossary"), rows),)
