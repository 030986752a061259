"""The field of a matrix control."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.controls import MatrixControl, Value
from tutor.ui.widgets.cells_field import CellsField, Place
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import fit, fit_right, visible
from tutor.ui.widgets.stepped_line import FOCUS_MARK


class MatrixField(CellsField):
    """A table of cells; where the columns do not all fit, those around the cursor."""

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
        height = len(self._rows) + self._top(width)
        return Extent(min(width, self._row_width + len(self._columns) * self._each), height, height)

    def places(self, width: int) -> list[Place]:
        """The cells of the columns that are to be seen, at the right end."""
        shown = self._shown(width)
        start = max(self._row_width, width - len(shown) * self._each)
        return [
            Place(r * len(self._columns) + c, start + i * self._each, r + self._top(width))
            for r in range(len(self._rows))
            for i, c in enumerate(shown)
        ]

    def lines(self, size: Size) -> list[Content]:
        """Label, names and cells."""
        shown, top = self._shown(size.width), self._top(size.width)
        start = max(self._row_width, size.width - len(shown) * self._each)
        mark = (FOCUS_MARK if self.has_focus else " ", "bold $text-accent")
        heading = Content.assemble(mark, (visible(self.bounds.label), "bold" if self.has_focus else ""))
        pieces = {(0, 0): heading}
        for i, c in enumerate(shown):
            name = fit_right(self._columns[c], self.cell_width - 1)
            pieces[(start + i * self._each, top - 1)] = Content.styled(name, "dim")
        for r, name in enumerate(self._rows):
            pieces[(start - self._row_width, r + top)] = Content.styled(fit(name, self._row_width - 1), "dim")
        return self.placed(size, pieces)

    @property
    def _each(self) -> int:
        return self.cell_width + 1

    @property
    def _row_width(self) -> int:
        return 2 + max(len(label) for label in self._rows)

    def _shown(self, width: int) -> range:
        count = len(self._columns)
        fits = max(1, min(count, (width - self._row_width) // self._each))
        first = min(max(0, self.cursor % count - fits // 2), count - fits)
        return range(first, first + fits)

    def _top(self, width: int) -> int:
        """The lines above the cells: the columns' names share the label's line where there is room."""
        taken = 1 + len(visible(self.bounds.label)) + 1
        return 1 if taken + len(self._columns) * self._each <= width else 2
