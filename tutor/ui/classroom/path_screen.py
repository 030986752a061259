"""The path of one learner on the screen."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.classroom.learners import NoClass
from tutor.classroom.log_reader import Unreadable
from tutor.classroom.path import PathEntry, path_of
from tutor.classroom.path_text import path_lines
from tutor.classroom.source import LearnerEvents, all_events
from tutor.classroom.wording import Wording
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

EVERY_SECONDS = 1.0
MOST_LINES = 500
"""The latest entries that are shown."""


class PathScreen(TutorScreen):
    """The entries under their steps, the latest at the bottom; brought up to date while it is open."""

    DEFAULT_CSS = """
    PathScreen #heading { height: 1; padding: 0 1; background: $panel; }
    PathScreen #path { padding: 0 1; }
    """
    AUTO_FOCUS = "#box"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "Back", key_display="esc"),
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
    ]

    def __init__(self, learner: LearnerEvents, wording: Wording, answers: bool, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._learner, self._wording, self._answers, self._clock = learner, wording, answers, clock
        self._mark: Hashable = None

    def compose(self) -> ComposeResult:
        """The heading, the entries, the keys."""
        yield Static(Content.assemble((f"The path of {self._learner.name}", "bold")), id="heading", markup=False)
        with VerticalScroll(id="box"):
            yield Static(id="path", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Read it now, and again while it is open."""
        self._read()
        self.set_interval(EVERY_SECONDS, self._read)

    def _read(self) -> None:
        try:
            learner = self._learner.now()
        except NoClass as error:
            self.query_one("#path", Static).update(str(error))
            return
        mark = learner.mark()
        if mark == self._mark:
            return
        box = self.query_one("#box", VerticalScroll)
        follows = box.scroll_offset.y >= box.max_scroll_y
        try:
            entries = path_of(all_events(learner), answers=self._answers)
        except Unreadable as error:
            self.query_one("#path", Static).update(str(error))
            return
        self._mark = mark
        self.query_one("#path", Static).update(self._text(entries))
        if follows:
            self.call_after_refresh(box.scroll_end, animate=False)

    def _text(self, entries: tuple[PathEntry, ...]) -> Content:
        lines = path_lines(entries, self._wording, self._clock().astimezone().tzinfo)[-MOST_LINES:]
        styled = [Content.styled(text, "bold") if is_heading else Content(text) for is_heading, text in lines]
        return Content("\n").join(styled or [Content("Nothing so far.")])

    def help_sections(self) -> tuple[HelpSection, ...]:
        """What is shown here."""
        from tutor.ui.screens.help import HelpSection

        rows = (
            ("↑ ↓", "scroll; at the end, what is new comes into view"),
            ("opened", "a step, and how long it stayed open"),
            ("wrong", "an answer, and its cause; what was typed only with --answers"),
        )
        return (HelpSection("A learner's path", rows),)
