"""A table of numbers, or its picture in shades."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Matrix, Tile
from tutor.ui.widgets.fields.grid_field import shade
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, fit, fit_right, heading, labelled, number_text, visible
from tutor.ui.widgets.pictures.colour_scale import ColourScale, Depth, scale_for
from tutor.ui.widgets.pictures.picture_numbers import number_table, table_height, table_width
from tutor.ui.widgets.readouts.readout_view import ReadoutView, empty_frame


class MatrixView(ReadoutView[Matrix]):
    """A matrix. As a picture each number is a shade from ``·`` to ``█``, with the number if it fits."""

    @property
    def is_picture(self) -> bool:
        """Whether the readout asks for a picture."""
        return self.data.picture

    def extent(self, width: int) -> Extent:
        """The label, the columns' names, the rows."""
        if self._counted:
            tile = Tile("", self.data.values)
            wide = max(1 + table_width(tile, self._scale, self.data.digits), 1 + len(visible(self.data.label)))
            height = len(heading(self.data.label, min(wide, width))) + table_height(tile)
            return Extent(wide, height, height, floats=2 * wide <= width)
        height = len(self._rows(width))
        if self.data.picture and not self._with_numbers(width):
            wide = 1 + self._row_width + self._columns * self._pixel_width(width)
            return Extent(max(wide, 1 + len(visible(self.data.label))), height, height)
        return Extent(min(width, 1 + self._row_width + self._columns * self._table_each(width)), height, height)

    def lines(self, size: Size) -> list[Content]:
        """The table or the picture."""
        data = self.data
        if self.covered and data.picture:
            label = heading(data.label, size.width)
            return [*label, *empty_frame(size.width, size.height - len(label))]
        if self._counted:
            numbered = number_table(Tile("", data.values), self._scale, data.digits, max(1, size.width - 1))
            return [*heading(data.label, size.width), *(Content(" ") + line for line in numbered)]
        return self._rows(size.width)

    def _rows(self, width: int) -> list[Content]:
        """The rows under the label and the columns' names; columns that do not fit follow in further rows below."""
        data = self.data
        table = self._with_numbers(width) or not data.picture
        each = self._table_each(width) if table else self._pixel_width(width)
        indent = 1 + self._row_width
        lines = heading(data.label, width)
        if table and indent + each > width:
            return [*lines, *self._one_by_one(width)]
        shown = max(1, min(self._columns, (width - indent) // each))
        for start in range(0, self._columns if table else 1, shown):
            part = slice(start, start + shown)
            if self._named(width):
                names = "".join(fit_right(visible(n), each) for n in data.column_labels[part])
                lines.append(Content.styled(" " * indent + names, "dim"))
            for r, row in enumerate(data.values):
                name = fit(visible(data.row_labels[r]), self._row_width) if data.row_labels else ""
                cells = [self._cell(value, each, table) for value in row[part]]
                lines.append(Content.assemble(" ", (name, "dim"), *cells))
        return lines

    def _one_by_one(self, width: int) -> list[Content]:
        """Each row's name, and below it its numbers with the names of their columns."""
        data = self.data
        lines: list[Content] = []
        for r, row in enumerate(data.values):
            lines += heading(data.row_labels[r], width, "bold") if data.row_labels else []
            for c, value in enumerate(row):
                name = data.column_labels[c] if data.column_labels else ""
                cell = self._cell(value, 0, True)
                lines += labelled(name, cell, width, indent=3 if data.row_labels else 1)
        return lines

    def _cell(self, value: float, each: int, table: bool) -> Content:
        data = self.data
        if not table:
            cell = shade(value, data.low, data.high)
            return Content.styled(cell * each, "dim" if cell == "·" else "")
        text = MASK if self.covered else number_text(value, data.digits)
        each = each or len(text) + 2 * data.picture
        if not data.picture:
            return Content(fit_right(text, each))
        return Content(shade(value, data.low, data.high) + fit_right(text, each - 1))

    @property
    def _counted(self) -> bool:
        """Whether it is a table of a picture without names, whose rows and columns show their indices."""
        return self.numbers and self.data.picture and not (self.data.row_labels or self.data.column_labels)

    @property
    def _scale(self) -> ColourScale:
        return scale_for(self.data.low, self.data.high, False, Depth.NONE, True)

    @property
    def _columns(self) -> int:
        return max((len(row) for row in self.data.values), default=0)

    @property
    def _row_width(self) -> int:
        return 1 + max(len(visible(n)) for n in self.data.row_labels) if self.data.row_labels else 0

    @property
    def _each(self) -> int:
        texts = [number_text(v, self.data.digits) for row in self.data.values for v in row]
        names = [visible(n) for n in self.data.column_labels]
        return 2 + self.data.picture + max((len(t) for t in (*texts, *names, MASK)), default=1)

    def _table_each(self, width: int) -> int:
        """The width of one number of a table; with a single blank between numbers if all columns fit only then."""
        room = width - 1 - self._row_width
        tight = not self.data.picture and self._columns * (self._each - 1) <= room < self._columns * self._each
        return self._each - tight

    def _pixel_width(self, width: int) -> int:
        return 2 if 1 + self._row_width + 2 * self._columns <= width else 1

    def _with_numbers(self, width: int) -> bool:
        """Whether to write the numbers; a picture of only 0 and 1 does not need them."""
        data = self.data
        if self.numbers:
            return True
        if data.picture and all(v in (data.low, data.high) for row in data.values for v in row):
            return False
        return 1 + self._row_width + self._columns * self._each <= width

    def _named(self, width: int) -> bool:
        each = self._each if self._with_numbers(width) or not self.data.picture else self._pixel_width(width)
        return bool(self.data.column_labels) and all(len(visible(n)) < each for n in self.data.column_labels)
