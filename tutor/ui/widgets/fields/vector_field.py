"""The field of a vector control."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from tutor.labs.kit.controls import Value, VectorControl
from tutor.ui.widgets.fields.cells_field import CellsField, Place
from tutor.ui.widgets.fields.stepped_line import FOCUS_MARK
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import fit, visible


class VectorField(CellsField):
    """A row of cells with labels, on several lines if necessary. Shows only the first ``in_use``."""

    in_use: reactive[int | None] = reactive[int | None](None, layout=True)

    def __init__(self, control: VectorControl, value: Value) -> None:
        super().__init__(control, value)
        self._labels = tuple(visible(label) for label in control.labels)
        self._label_width = max(len(label) for label in self._labels)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers of the vector."""
        assert isinstance(self.value, tuple)
        return tuple(x for x in self.value if isinstance(x, int | float))

    def folded(self, numbers: tuple[float, ...]) -> Value:
        """The numbers as they are."""
        return numbers

    def extent(self, width: int) -> Extent:
        """As many lines as the cells need."""
        height = max((1 + place.y for place in self.places(width)), default=1)
        return Extent(min(width, self._heading_width + self._each), height, height)

    def places(self, width: int) -> list[Place]:
        """The cells at the right end of the label's line, or below it if they do not fit."""
        count = self.count
        if self._heading_width + count * self._each <= width:
            start = width - count * self._each
            return [Place(i, start + i * self._each + self._label_width + 2, 0) for i in range(count)]
        across = max(1, (width - 1) // self._each)
        return [Place(i, i % across * self._each + self._label_width + 2, 1 + i // across) for i in range(count)]

    def lines(self, size: Size) -> list[Content]:
        """Label and cells."""
        mark = (FOCUS_MARK if self.has_focus else " ", "bold $text-accent")
        heading = Content.assemble(mark, (visible(self.bounds.label), "bold" if self.has_focus else ""))
        pieces = {(0, 0): heading}
        if not self.count:
            pieces[(self._heading_width, 0)] = Content.styled("none", "dim")
        for place in self.places(size.width):
            name = fit(self._labels[place.cell], self._label_width)
            pieces[(place.x - self._label_width - 1, place.y)] = Content.styled(name, "dim")
        return self.placed(size, pieces)

    @property
    def count(self) -> int:
        """The number of cells shown."""
        return len(self._labels) if self.in_use is None else self.in_use

    def watch_in_use(self) -> None:
        """Move the cursor from a cell that is no longer shown to the last one."""
        self.cursor = max(0, min(self.cursor, self.count - 1))

    @property
    def _each(self) -> int:
        return self._label_width + 2 + self.cell_width

    @property
    def _heading_width(self) -> int:
        return 1 + len(visible(self.bounds.label)) + 1
