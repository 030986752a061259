"""Dots above a line."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.charts import DotPlot, DotRow
from tutor.labs.kit.readouts import Covered
from tutor.ui.terminal.characters import draws_plainly
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, heading, number_text, visible
from tutor.ui.widgets.pictures.dot_drawing import (
    ENOUGH,
    LEAST_ROW,
    LIKED_ROW,
    MOST_ROW,
    Dots,
    draw_dots,
    label_width,
)
from tutor.ui.widgets.readouts.readout_view import ReadoutView

_BEYOND = 0.05
"""The share of the range that is left free at both ends, so that no dot is at the very edge."""


class DotPlotView(ReadoutView[DotPlot]):
    """Rows of dots over one axis."""

    on_stage: ClassVar[bool] = True

    def extent(self, width: int) -> Extent:
        """Two lines for each row at least."""
        head, rows = len(self._head(width)), [self._row(row) for row in self.data.rows]
        wide = label_width(rows) + ENOUGH
        liked, least, most = (head + each * len(rows) + 1 for each in (LIKED_ROW, LEAST_ROW, MOST_ROW))
        # A plot without dots gets its room when they come.
        empty = not any(row.dots for row in rows)
        return Extent(wide, liked, least, grows=True, most=least if empty and self.staged else most)

    def lines(self, size: Size) -> list[Content]:
        """The label and the rows."""
        head, (low, high) = self._head(size.width), self._range()
        rows = [self._row(row) for row in self.data.rows]
        drawn = draw_dots(rows, low, high, size.width, size.height - len(head), draws_plainly(self))
        return [*head, *drawn]

    def _head(self, width: int) -> list[Content]:
        return heading(self.data.label, width, "bold", indent=0) if self.data.label else []

    def _range(self) -> tuple[float, float]:
        plot = self.data
        ends = [end for row in plot.rows for end in _ends(row)]
        low, high = min(ends, default=0.0), max(ends, default=1.0)
        beyond = _BEYOND * (high - low) or 0.5
        return (low - beyond if plot.low is None else plot.low), (high + beyond if plot.high is None else plot.high)

    def _row(self, row: DotRow) -> Dots:
        pairs = zip(row.labels, row.values, strict=True)
        dots = () if self.covered else tuple((visible(label), v) for label, v in pairs if not isinstance(v, Covered))
        mean, spread = (None if self._hides(v) else v for v in (row.mean, row.spread))
        marks = [(word, value) for word, value in (("mean", row.mean), ("±", row.spread)) if value is not None]
        note = " ".join(f"{word} {MASK if self._hides(v) else number_text(v, self.data.digits)}" for word, v in marks)
        return Dots(visible(row.label), dots, mean, spread, note)

    def _hides(self, number: float | None) -> bool:
        return self.covered or isinstance(number, Covered)


def _ends(row: DotRow) -> list[float]:
    spread, mean = row.spread or 0.0, row.mean
    marks = [] if mean is None else [mean - spread, mean + spread]
    return [v for v in (*row.values, *marks) if math.isfinite(v)]
