"""Rows of words and numbers under headings."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Table
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, fit, fit_right, heading, labelled, number_text, visible
from tutor.ui.widgets.readouts.readout_view import ReadoutView

_INDENT = 3


class TableView(ReadoutView[Table]):
    """A table with left-aligned words and right-aligned numbers. If it is too wide, the name of a row goes above its
    cells; if even those are too wide, they go one below the other.
    """

    def extent(self, width: int) -> Extent:
        """A line for the label, one for the headings, one for each row; more if rows take several lines."""
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

        def line(cells: list[str], start: int = 0) -> str:
            shown = list(zip(cells, widths, numeric, strict=True))[start:]
            return " ".join((fit_right if right else fit)(cell, wide) for cell, wide, right in shown if wide)

        if sum(widths) + len(widths) <= width:
            return [*label, Content.styled(f" {line(headings)}", "dim"), *(Content(f" {line(row)}") for row in rows)]
        names = [f"{headings[0]} {row[0]}" if numeric[0] else row[0] for row in rows]
        free = width - sum(widths[1:]) - (len(widths) - 2)
        beneath, indent = free >= 1, " " * min(_INDENT, free)
        lines = [*label, Content.styled(indent + line(headings, 1), "dim")] if beneath else label
        for name, row in zip(names, rows, strict=True):
            lines += heading(name, width, "bold")
            lines += [Content(indent + line(row, 1))] if beneath else _one_below_the_other(headings, row, width)
        return lines

    def _text(self, column: int, cell: str | float) -> str:
        if isinstance(cell, str):
            return MASK if self.covered and column else visible(cell)
        return MASK if self.covered else number_text(cell, self.data.digits)


def _one_below_the_other(headings: list[str], row: list[str], width: int) -> list[Content]:
    """Each cell except the first, with the heading of its column."""
    lines: list[Content] = []
    for column, cell in zip(headings[1:], row[1:], strict=True):
        lines += labelled(column, Content(cell), width, indent=_INDENT)
    return lines
