"""Rows of words and numbers under headings."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Table
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, fit, fit_right, heading, labelled, number_text, visible
from tutor.ui.widgets.readout_view import ReadoutView

_GAP = 1


class TableView(ReadoutView[Table]):
    """A table: words at the left of their columns, numbers at the right. Where it is too wide its rows stand one below
    the other, each with its columns as lines.
    """

    def extent(self, width: int) -> Extent:
        """A line for the label, one for the headings, one for each row; more where rows take several lines."""
        height = len(self._lines(width))
        return Extent(min(width, 24), height, height)

    def lines(self, size: Size) -> list[Content]:
        """The table, or its rows one by one."""
        return self._lines(size.width)

    def _lines(self, width: int) -> list[Content]:
        rows = [[self._text(i, cell) for i, cell in enumerate(row)] for row in self.data.rows]
        headings = [visible(name) for name in self.data.columns]
        widths = [max(len(line[i]) for line in (headings, *rows)) for i in range(len(headings))]
        label = heading(self.data.label, width)
        numeric = [any(not isinstance(row[i], str) for row in self.data.rows) for i in range(len(headings))]
        if sum(widths) + _GAP * len(widths) > width:
            return [*label, *(line for row in rows for line in _row_in_lines(headings, row, width, numeric[0]))]

        def line(cells: list[str]) -> str:
            shown = zip(cells, widths, numeric, strict=True)
            return " " + " ".join((fit_right if right else fit)(cell, wide) for cell, wide, right in shown if wide)

        return [*label, Content.styled(line(headings), "dim"), *(Content(line(row)) for row in rows)]

    def _text(self, column: int, cell: str | float) -> str:
        if isinstance(cell, str):
            return MASK if self.covered and column else visible(cell)
        return MASK if self.covered else number_text(cell, self.data.digits)


def _row_in_lines(headings: list[str], row: list[str], width: int, counted: bool) -> list[Content]:
    """The first cell names the row; each other cell stands beside the heading of its column."""
    lines = heading(f"{headings[0]} {row[0]}" if counted else row[0], width, "bold")
    for column, cell in zip(headings[1:], row[1:], strict=True):
        lines += labelled(column, Content(cell), width, indent=3)
    return lines
