"""The derivation of a number, on a few lines."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.engine.derivations.derivation import show
from tutor.labs.kit.readouts import Arithmetic
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, heading, visible, wrap
from tutor.ui.widgets.readouts.readout_view import ReadoutView


class ArithmeticView(ReadoutView[Arithmetic]):
    """The formula, the same with numbers, the value."""

    def extent(self, width: int) -> Extent:
        """As many lines as they wrap to."""
        height = len(self._lines(width))
        return Extent(min(width, 24), height, height)

    def lines(self, size: Size) -> list[Content]:
        """The formula, the numbers and the value, each wrapped."""
        return self._lines(size.width)

    def _lines(self, width: int) -> list[Content]:
        derivation = self.data.derivation
        numbers = MASK if self.covered else derivation.numbers
        value = MASK if self.covered else show(derivation.value)
        lines = heading(self.data.label, width, "dim")
        for indent, words, style in (
            (1, f"{visible(self.data.called or derivation.cell.label)} = {derivation.formula}", ""),
            (3, f"= {numbers}", ""),
            (3, f"= {value}", "bold"),
        ):
            for number, line in enumerate(wrap(words, max(1, width - indent - 2))):
                lines.append(Content.assemble(" " * (indent + 2 * bool(number)), (line, style)))
        return lines
