"""The TensorFlow comparison, in place of a step's text."""

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
# Start TensorFlow once the learner pauses.
AFTER_A_CHANGE = 0.3
# Numbers that change by themselves, such as weights in training, are computed again at this interval.
BETWEEN = 1.0
# Keep the previous numbers this long while new ones are pending, to avoid flicker.
STAY = 1.0


class TensorFlowView(VerticalScroll, can_focus=False):
    """Compares the numbers of the readouts ``names``, or of all that TensorFlow computes if it computes none of these.

    Does not wait, but polls the comparison ten times a second.
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
        """Start TensorFlow and the polling."""
        self._ask()
        self.set_interval(1 / POLLS_A_SECOND, self._tick)

    def show_names(self, names: Iterable[str]) -> None:
        """Compare other readouts."""
        self._names = frozenset(names)
        self.show_rows()

    def lab_changed(self) -> None:
        """Compute again in a moment, after a change of the lab."""
        self._changed = True
        self._due = monotonic() + AFTER_A_CHANGE

    def show_rows(self) -> None:
        """Show the comparison's current state."""
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
