"""Rows of words and numbers under headings."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Table
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, fit, fit_right, number_text, visible
from tutor.ui.widgets.readout_view import ReadoutView

_NARROWEST = 4


def column_widths(wanted: list[int], room: int) -> list[int]:
    """The widths of columns that want ``wanted`` cells, the widest made narrower until they fit into ``room``.

    Where even the narrowest do not fit, the last columns get nothing.

    >>> column_widths([3, 10, 4], 20), column_widths([3, 20, 4], 20)
    ([3, 10, 4], [3, 11, 4])
    """
    widths = list(wanted)
    while widths and sum(widths) + len(widths) - 1 > room:
        widest = max(widths)
        if widest <= _NARROWEST:
            widths.pop()
            continue
        widths[widths.index(widest)] -= 1
    return widths + [0] * (len(wanted) - len(widths))


class TableView(ReadoutView[Table]):
    """A table: words at the left of their columns, numbers at the right."""

    def extent(self, width: int) -> Extent:
        """A line for the label, one for the headings, one for each row."""
        height = 2 + len(self.data.rows)
        return Extent(min(width, 24), height, height)

    def lines(self, size: Size) -> list[Content]:
        """The table; the last rows are what is seen where there are too many."""
        rows = [[self._text(i, cell) for i, cell in enumerate(row)] for row in self.data.rows]
        headings = [visible(name) for name in self.data.columns]
        wanted = [max(len(line[i]) for line in (headings, *rows)) for i in range(len(headings))]
        widths = column_widths(wanted, max(0, size.width - 1))
        numeric = [any(not isinstance(row[i], str) for row in self.data.rows) for i in range(len(headings))]

        def line(cells: list[str]) -> str:
            shown = zip(cells, widths, numeric, strict=True)
            return " " + " ".join((fit_right if right else fit)(cell, wide) for cell, wide, right in shown if wide)

        return [
            Content(" " + visible(self.data.label)),
            Content.styled(line(headings), "dim"),
            *(Content(line(row)) for row in rows),
        ]

    def _text(self, column: int, cell: str | float) -> str:
        if isinstance(cell, str):
            return MASK if self.covered and column else visible(cell)
        return MASK if self.covered else number_text(cell, self.data.digits)
