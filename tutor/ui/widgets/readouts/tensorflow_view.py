"""The lab's numbers beside TensorFlow's, in place of a step's text."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tutor.course.session import LessonSession
from tutor.course.tensorflow_comparison import TensorFlowComparison
from tutor.labs.kit.places import split_path
from tutor.ui.widgets.readouts.comparison_rows import ComparisonRows, ComparisonState

POLLS_A_SECOND = 10
# TensorFlow is asked once the learner's hand rests.
AFTER_A_CHANGE = 0.3
# What changes by itself, as weights in training, is asked about again every so often.
BETWEEN = 1.0
# The numbers of a moment ago stay so long while new ones are on their way: nothing flickers.
STAY = 1.0


class TensorFlowView(VerticalScroll, can_focus=False):
    """The numbers of the readouts ``names``, ours and theirs; all that TensorFlow computes where it is none of these.

    Nothing here waits: the comparison is asked ten times a second what has arrived.
    """

    DEFAULT_CSS = """
    TensorFlowView { scrollbar-size-vertical: 1; }
    """

    def __init__(self, session: LessonSession, comparison: TensorFlowComparison, names: Iterable[str]) -> None:
        super().__init__()
        self._session = session
        self._comparison = comparison
        self._names = frozenset(names)
        self._due = 0.0
        self._changed = False
        self._asked = 0.0
        self._came = False

    def compose(self) -> ComposeResult:
        """The rows."""
        yield ComparisonRows()

    def on_mount(self) -> None:
        """Start TensorFlow, and begin to ask."""
        self._ask()
        self.set_interval(1 / POLLS_A_SECOND, self._tick)

    def show_names(self, names: Iterable[str]) -> None:
        """Other readouts stand on the screen now."""
        self._names = frozenset(names)
        self.show_rows()

    def lab_changed(self) -> None:
        """The lab was changed: ask TensorFlow again in a moment."""
        self._changed = True
        self._due = monotonic() + AFTER_A_CHANGE

    def show_rows(self) -> None:
        """Show the comparison as it is."""
        comparison = self._comparison
        rows = tuple(row for row in comparison.rows if split_path(row.path)[0] in self._names) or comparison.rows
        covered = frozenset(name for name in comparison.computes if self._session.keeps_back(name))
        more = len(comparison.rows) - len(rows)
        self.query_one(ComparisonRows).state = ComparisonState(rows, comparison.message, comparison.busy, covered, more)

    def _tick(self) -> None:
        if self._comparison.poll():
            self._came = not self._comparison.message
            self.show_rows()
        if self._comparison.busy:
            if monotonic() - self._asked > STAY:
                self.show_rows()
            return
        failed = bool(self._comparison.message) and self._comparison.program is not None
        if monotonic() >= self._due and (self._changed or not failed):
            self._ask()

    def _ask(self) -> None:
        self._changed = False
        self._asked = monotonic()
        self._due = self._asked + BETWEEN
        self._comparison.refresh()
        if not (self._comparison.busy and self._came):
            self.show_rows()
