"""The search screen: search lessons, their steps and the glossary."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tutor.course.lessons.glossary import entries_for
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.search import Find, Page, pages, search
from tutor.language.catalogue import N_, _
from tutor.ui.screens.choosing import ChoosingScreen
from tutor.ui.screens.help import HelpSection

LONGEST_TITLE = 44
_WIDE = 80
# The list's margins and scrollbar, and the position of a find.
_POSITION = 5 + len("  lesson 18, step 14")


class SearchScreen(ChoosingScreen):
    """A find opens its lesson at its step; a term opens the glossary."""

    heading = N_("Search lessons, steps and terms")
    placeholder = N_("type words; ↑ ↓ points, enter opens")

    def __init__(self, words: str = "") -> None:
        super().__init__(words)
        self._pages: tuple[Page, ...] = ()
        self._found: tuple[Find, ...] = ()

    def on_mount(self) -> None:
        """Read the searchable pages."""
        summaries = self.tutor.summaries
        try:
            glossary = entries_for(summaries)
        except LessonError:
            # Opening the glossary reports the fault.
            glossary = ()
        self._pages = pages(summaries, glossary)
        super().on_mount()

    def find(self, words: str) -> list[Content]:
        """The pages with these words."""
        self._found = search(self._pages, words)
        return [self._row(find) for find in self._found]

    def tell(self, index: int) -> None:
        """Show the excerpt with the words."""
        if index < len(self._found):
            self.query_one("#told", Static).update(Content(self._found[index].excerpt))

    def tell_none(self, words: str) -> None:
        """Say that nothing was typed or found."""
        said = (
            _("Nothing has “{words}” in it.").format(words=words.strip())
            if words.strip()
            else _("Every word counts, also its beginning.")
        )
        self.query_one("#told", Static).update(Content(said))

    def _row(self, find: Find) -> Content:
        summary = self.tutor.summary(find.lesson)
        width = self.app.size.width
        title = Content(find.title).truncate(min(LONGEST_TITLE, width - _POSITION), ellipsis=True, pad=True)
        if find.kind == "term":
            return title + Content(_("  term"))
        if summary is None:
            return title
        target = _("lesson {number}").format(number=summary.number)
        if find.position is not None:
            target = (
                f"{summary.number} {summary.title}"
                if width >= _WIDE
                else _("{target}, step {position}").format(target=target, position=find.position + 1)
            )
        return title + Content(f"  {target}")

    def open(self, index: int) -> None:
        """Open the lesson at the step, or the glossary at the term."""
        find = self._found[index]
        if find.kind == "term":
            self.tutor.action_glossary(find.title)
        else:
            self.tutor.open_lesson(find.lesson, find.position)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen."""
        rows = (
            ("letters", _("what is searched for: every word, or its beginning")),
            ("↑ ↓", _("point at a find")),
            ("enter", _("open it: the lesson at its step, or the term")),
            ("escape", "back"),
        )
        return (HelpSection(_("Search"), rows),)
