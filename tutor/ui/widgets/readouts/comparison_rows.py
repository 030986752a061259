"""The rows of the TensorFlow comparison: a number, TensorFlow's number, and the difference."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.tensorflow_comparison import ComparedNumber, chance_note
from tutor.engine.derivations.derivation import show
from tutor.labs.kit.places import split_path
from tutor.language.catalogue import N_, _
from tutor.ui.widgets.notation import MASK, fit, fit_right, visible, wrap

MOST_ROWS = 300
_NUMBER = 9
_THEIRS = len("TensorFlow")
_APART = 6
_LONGEST_NAME = 24
_COMES = "…"
_SINGLE = N_("TensorFlow computes in float32, so about seven digits agree.")
_DOUBLE = N_("TensorFlow computes in float64 here, so about fifteen digits agree.")


@dataclass(frozen=True)
class ComparisonState:
    """The displayed state: rows, an optional message, whether more numbers are pending, the covered readouts, and the
    number of rows left out."""

    rows: tuple[ComparedNumber, ...] = ()
    message: str = ""
    busy: bool = False
    covered: frozenset[str] = frozenset()
    left_out: int = 0


class ComparisonRows(Widget):
    """The rows; a readout with more than one number has its name above its rows."""

    DEFAULT_CSS = """
    ComparisonRows { width: 1fr; height: auto; }
    """

    state: reactive[ComparisonState] = reactive(ComparisonState(), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as there are."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """The lines."""
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        state = self.state
        lines = [Content.styled(_("Compared with TensorFlow"), "bold")]
        lines += [Content(line) for line in wrap(state.message, width)] if state.message else []
        if not state.rows:
            return lines
        name_width = min(_LONGEST_NAME, max(3, width - _NUMBER - _THEIRS - _APART - 2))
        heading = _row("", "ours", "TensorFlow", "apart", name_width)
        lines += [Content(""), Content.styled(heading, "dim")]
        for name, group in groupby(state.rows[:MOST_ROWS], key=lambda row: split_path(row.path)[0]):
            lines += self._readout(name, list(group), name_width)
        hidden = len(state.rows) - MOST_ROWS
        if hidden > 0:
            lines.append(Content(_("and {hidden} more").format(hidden=hidden)))
        return [*lines, Content(""), *self._below(width)]

    def _readout(self, name: str, rows: list[ComparedNumber], name_width: int) -> list[Content]:
        covered = name in self.state.covered
        alone = len(rows) == 1 and not split_path(rows[0].path)[1]
        lines = []
        if not alone or len(visible(name)) > name_width:
            lines.append(Content.styled(visible(name), "bold"))
        for row in rows:
            place = " " + " ".join(visible(p) for p in split_path(row.path)[1])
            label = place if lines else visible(name)
            lines.append(Content(_row(label, *self._cells(row, covered), name_width)))
        return lines

    def _cells(self, row: ComparedNumber, covered: bool) -> tuple[str, str, str]:
        if covered:
            return MASK, MASK, MASK
        if self.state.busy and math.isnan(row.theirs):
            return short(row.ours), _COMES, ""
        return short(row.ours), short(row.theirs), difference_text(row.difference)

    def _below(self, width: int) -> list[Content]:
        state = self.state
        seen = [row for row in state.rows if split_path(row.path)[0] not in state.covered]
        apart = [row.difference for row in seen if not row.by_chance and not math.isnan(row.difference)]
        words = []
        if apart and not state.busy:
            words.append(
                _("Largest difference: {difference_text}.").format(difference_text=difference_text(max(apart)))
            )
        words += filter(None, (precision_note(state.rows), chance_note(seen)))
        if len(seen) < len(state.rows):
            words.append(_("? is shown once the question is answered or skipped."))
        if state.left_out:
            words.append(_("{left_out} more in the full lab (f).").format(left_out=state.left_out))
        words.append(_("t or escape: back to the text."))
        return [Content.styled(line, "dim") for part in words for line in wrap(part, width)]


def precision_note(rows: Iterable[ComparedNumber]) -> str:
    """In which numbers TensorFlow computes, read off its numbers: those of float64 are hardly ever ones of float32.

    >>> precision_note([ComparedNumber("y", 0.1, float(np.float32(0.1)))])
    'TensorFlow computes in float32, so about seven digits agree.'
    >>> precision_note([ComparedNumber("y", 0.1, 0.1)])
    'TensorFlow computes in float64 here, so about fifteen digits agree.'
    """
    theirs = np.array([row.theirs for row in rows])
    known = theirs[np.isfinite(theirs) & (np.abs(theirs) < np.finfo(np.float32).max)]
    return _(_SINGLE) if np.array_equal(known.astype(np.float32), known) else _(_DOUBLE)


def short(value: float) -> str:
    """A number in at most nine characters.

    >>> short(0.9525741268), short(-0.00001234567), short(float("inf")), short(float("nan"))
    ('0.952574', '−1.23e−05', '∞', 'NaN')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    texts = (show(value, digits) for digits in range(6, 0, -1))
    return next((text for text in texts if len(text) <= _NUMBER), show(value, 1))


def difference_text(apart: float) -> str:
    """A difference with one significant digit; – if it is NaN.

    >>> difference_text(6.12e-8), difference_text(0.0), difference_text(float("nan"))
    ('6e−08', '0', '–')
    """
    if math.isnan(apart):
        return "–"
    if math.isinf(apart):
        return "∞"
    return f"{apart:.0e}".replace("-", "−") if apart else "0"


def _row(label: str, ours: str, theirs: str, apart: str, name_width: int) -> str:
    return f"{fit(label, name_width)} {fit_right(ours, _NUMBER)} {fit_right(theirs, _THEIRS)}{fit_right(apart, _APART)}"
