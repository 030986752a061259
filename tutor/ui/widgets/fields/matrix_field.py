"""The field of a matrix control."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.controls import MatrixControl, Value
from tutor.ui.widgets.fields.cells_field import CellsField, Place
from tutor.ui.widgets.fields.stepped_line import FOCUS_MARK
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import fit, fit_right, visible


class MatrixField(CellsField):
    """A table of cells; columns that do not fit follow in further rows below."""

    def __init__(self, control: MatrixControl, value: Value) -> None:
        super().__init__(control, value)
        self._rows = tuple(visible(label) for label in control.row_labels)
        self._columns = tuple(visible(label) for label in control.column_labels)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers, row after row."""
        assert isinstance(self.value, tuple)
        return tuple(x for row in self.value if isinstance(row, tuple) for x in row)

    def folded(self, numbers: tuple[float, ...]) -> Value:
        """The numbers in rows."""
        across = len(self._columns)
        return tuple(numbers[r * across : (r + 1) * across] for r in range(len(self._rows)))

    def extent(self, width: int) -> Extent:
        """The label, the columns' names, the rows."""
        height = self._tops(width)[-1] + len(self._rows)
        return Extent(min(width, self._row_width + len(self._columns) * self._each), height, height)

    def places(self, width: int) -> list[Place]:
        """The cells of as many columns as fit, right-aligned; then those of the next columns."""
        across, start = self._across(width), self._start(width)
        return [
            Place(r * len(self._columns) + c, start + c % across * self._each, r + top)
            for r in range(len(self._rows))
            for c, top in enumerate(self._tops_of_columns(width))
        ]

    def lines(self, size: Size) -> list[Content]:
        """Label, names and cells."""
        across, start = self._across(size.width), self._start(size.width)
        mark = (FOCUS_MARK if self.has_focus else " ", "bold $text-accent")
        heading = Content.assemble(mark, (visible(self.bounds.label), "bold" if self.has_focus else ""))
        pieces = {(0, 0): heading}
        for c, top in enumerate(self._tops_of_columns(size.width)):
            name = fit_right(self._columns[c], self.cell_width - 1)
            pieces[(start + c % across * self._each, top - 1)] = Content.styled(name, "dim")
        for top in self._tops(size.width):
            for r, name in enumerate(self._rows):
                pieces[(start - self._row_width, r + top)] = Content.styled(fit(name, self._row_width - 1), "dim")
        return self.placed(size, pieces)

    @property
    def _each(self) -> int:
        return self.cell_width + 1

    @property
    def _row_width(self) -> int:
        return 2 + max(len(label) for label in self._rows)

    def _across(self, width: int) -> int:
        """How many columns fit side by side."""
        return max(1, min(len(self._columns), (width - self._row_width) // self._each))

    def _start(self, width: int) -> int:
        """The x position of the first column."""
        return max(self._row_width, width - self._across(width) * self._each)

    def _tops(self, width: int) -> list[int]:
        """The line of the first row of each band of columns. The columns' names share the label's line if there is
        room.
        """
        taken = 1 + len(visible(self.bounds.label)) + 1
        first = 1 if taken + len(self._columns) * self._each <= width else 2
        blocks = -(-len(self._columns) // self._across(width))
        return [first + block * (len(self._rows) + 1) for block in range(blocks)]

    def _tops_of_columns(self, width: int) -> list[int]:
        tops, across = self._tops(width), self._across(width)
        return [tops[c // across] for c in range(len(self._columns))]
