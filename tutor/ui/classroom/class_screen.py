"""The class on the screen: a line for each learner, and below or beside them the errors that most have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.widgets.option_list import Option

from tutor.classroom.live import ClassNow
from tutor.classroom.table import ORDERS, Row, error_lines, heading, rows_of, span
from tutor.classroom.wording import Wording
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.option_list import OptionList

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

MOST_ERRORS = 30
LONGEST_NAME = 14
_SPAN, _STUCK, _RIGHT = 7, 11, 7
# Of one line: the spans of time, what was right, and the gaps between.
_REST = 2 + 1 + _SPAN + 1 + _STUCK + 1 + _RIGHT + 1 + _SPAN
# Of the list: its margins and its scrollbar.
_BESIDE = 3
NOBODY = "Nobody is here yet."
ORDER_WORDS = {"stuck": "stuck longest first", "name": "by name", "place": "in the order of the course"}


class LearnerList(OptionList):
    """The learners; the key line shows its enter key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Path")]


class ClassScreen(TutorScreen):
    """The learners in one of the orders, and the commonest errors of the class."""

    AUTO_FOCUS = "#learners"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (130, "-wide")]  # noqa: RUF012 - Textual declares no ClassVar
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "order", "Order"),
        Binding("e", "errors", "Errors"),
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("q,escape", "app.leave", "Quit"),
        Binding("d", "app.toggle_dark", "Dark/light", show=False),
    ]

    class PathWanted(Message):
        """The instructor wants to see the path of the learner with this name."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, wording: Wording, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._wording, self._clock = wording, clock
        self._now = ClassNow({})
        self._said = "reading …"
        self._rows: list[Row] = []
        self._order = 0

    def compose(self) -> ComposeResult:
        """The heading, the learners under their columns, the errors, the keys."""
        yield Static(id="heading", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="class"):
                yield Static(id="columns", markup=False)
                yield LearnerList(id="learners", markup=False)
            with VerticalScroll(id="pane"):
                yield Static(id="errors", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Show that it is being read."""
        self.tick()

    def on_resize(self) -> None:
        """Fit the lines into the new width."""
        self.call_after_refresh(self.tick)

    def show(self, now: ClassNow, said: str) -> None:
        """Show the class as it was just read; ``said`` is why it could not be."""
        self._now, self._said = now, said
        self.tick()

    def tick(self) -> None:
        """Bring lines and spans up to now."""
        order = ORDERS[self._order]
        self._rows = rows_of(self._now, self._wording, self._clock(), order)
        said = "" if self._said else f"{heading(self._rows)} · {ORDER_WORDS[order]}"
        troubles = f" · not readable: {len(self._now.troubles)}" if self._now.troubles else ""
        self.query_one("#heading", Static).update(Content.assemble(("The class", "bold"), f"  {said}{troubles}"))
        self._list()
        self.query_one("#errors", Static).update(self._errors())

    def _list(self) -> None:
        listed = self.query_one(LearnerList)
        width = max(20, listed.size.width - _BESIDE)
        name = min(LONGEST_NAME, max((len(row.name) for row in self._rows), default=4))
        place = max(8, width - name - _REST)
        self.query_one("#columns", Static).update(Content.styled(_columns(name, place), "$text-muted"))
        at = listed.highlighted_option
        names = [row.name for row in self._rows]
        if names != [option.id for option in listed.options]:
            listed.clear_options()
            listed.add_options([Option(_line(row, name, place), id=row.name) for row in self._rows])
            if names:
                listed.highlighted = names.index(at.id) if at is not None and at.id in names else 0
            return
        for index, row in enumerate(self._rows):
            listed.replace_option_prompt_at_index(index, _line(row, name, place))

    def _errors(self) -> Content:
        lines = [Content.styled("The most common errors", "bold")]
        for count, where, why in error_lines(self._now, self._wording, MOST_ERRORS):
            lines.append(Content.assemble((f"{count:>3}  ", "bold $text-accent"), where))
            lines.append(Content(f"     {why}"))
        if self._said or len(lines) == 1:
            lines.append(Content(self._said or ("None so far." if self._rows else NOBODY)))
        lines += [Content.styled(trouble, "$text-warning") for trouble in self._now.troubles]
        return Content("\n").join(lines)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click opens the learner's path."""
        if event.option_id is not None:
            self.post_message(self.PathWanted(event.option_id))

    def action_order(self) -> None:
        """The next order."""
        self._order = (self._order + 1) % len(ORDERS)
        self.tick()

    def action_errors(self) -> None:
        """The errors on the whole screen, or the learners again."""
        self.toggle_class("-errors")
        self.query_one("#pane" if self.has_class("-errors") else "#learners").focus()
        self.call_after_refresh(self.tick)

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen, and what its columns say."""
        from tutor.ui.screens.help import HelpSection

        rows = (
            ("↑ ↓", "point at a learner"),
            ("enter", "the learner's path: steps, answers right and wrong, hints"),
            ("s", "the order: stuck longest first, by name, by place in the course"),
            ("e", "the most common errors, on the whole screen; e again: the learners"),
            ("q", "leave"),
        )
        columns = (
            ("here", "how long the step has been open"),
            (
                "stuck",
                "since the first wrong answer or hint with nothing right after; in brackets the wrong tries",
            ),
            ("right", "questions right at the first try, of those answered"),
            ("last", "since anything came from them; after ten minutes they are away"),
            ("3 × 5", "three learners have this error, five times in all"),
        )
        return (HelpSection("The class", rows), HelpSection("Columns", columns))


def _columns(name: int, place: int) -> str:
    first = f"{'name':<{name}}  {'lesson · step':<{place}}"
    return f"{first} {'here':>{_SPAN}} {'stuck':>{_STUCK}} {'right':>{_RIGHT}} {'last':>{_SPAN}}"


def _line(row: Row, name: int, place: int) -> Content:
    stuck = "" if row.stuck is None else f"{span(row.stuck)} ({row.wrong_here})"
    right = f"{row.right_at_first}/{row.answered}" if row.answered else ""
    where = row.place if len(row.place) <= place else row.short_place
    head = f"{_cut(row.name, name):<{name}}  {_cut(where, place):<{place}} {span(row.here):>{_SPAN}} "
    tail = f" {right:>{_RIGHT}} {span(row.last):>{_SPAN}}"
    if row.away:
        return Content.styled(f"{head}{stuck:>{_STUCK}}{tail}", "dim")
    return Content.assemble(head, (f"{stuck:>{_STUCK}}", "bold $text-warning"), tail)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"
