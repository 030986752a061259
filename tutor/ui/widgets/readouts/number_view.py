"""The line of a number."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Number
from tutor.ui.widgets.lab_view import Extent, line_extent
from tutor.ui.widgets.notation import MASK, labelled, number_text, visible
from tutor.ui.widgets.readouts.readout_view import ReadoutView


class NumberView(ReadoutView[Number]):
    """The label on the left, the number and its unit on the right."""

    def extent(self, width: int) -> Extent:
        """One short line, or two, with room for a few more digits."""
        return line_extent(width, 1 + len(visible(self.data.label)) + 1 + self._room(), self.data.label)

    def lines(self, size: Size) -> list[Content]:
        """The line, or two."""
        return labelled(self.data.label, Content.styled(self._text(), "bold"), size.width, self._room())

    def _room(self) -> int:
        return max(self.data.digits + 2 if self.data.digits else 4, len(self._text()))

    def _text(self) -> str:
        if self.covered:
            return MASK
        unit = f" {visible(self.data.unit)}" if self.data.unit else ""
        return number_text(self.data.value, self.data.digits) + unit
