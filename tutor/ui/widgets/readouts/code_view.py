"""Lines of a program."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Code
from tutor.ui.highlighting import cut, highlighted
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.readouts.readout_view import ReadoutView, empty_frame

_FRAME = 3
"""The lines of the frame in place of a covered program."""


class CodeView(ReadoutView[Code]):
    """A highlighted program under its label. Long lines are cut, not wrapped, as line breaks are significant in Python.

    Lines begin at the left edge, so that only their own indentation shows.
    """

    def __init__(self, readout: Code, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._highlighted: tuple[str, list[Content]] | None = None

    def extent(self, width: int) -> Extent:
        """One line for the label and one for each line of the program; a few while it is covered."""
        program = self._program()
        height = 1 + (min(_FRAME, len(program)) if self.covered else len(program))
        return Extent(min(width, self.whole_width), height, height)

    @property
    def whole_width(self) -> int:
        """The width of the longest line in cells."""
        return max((line.cell_length for line in self._program()), default=0)

    def lines(self, size: Size) -> list[Content]:
        """Label and program."""
        label = cut(Content.styled(visible(self.data.label), "dim"), size.width)
        if self.covered:
            return [label, *empty_frame(size.width, size.height - 1)]
        return [label, *(cut(line, size.width) for line in self._program())]

    def _program(self) -> list[Content]:
        source = self.data.source
        if self._highlighted is None or self._highlighted[0] != source:
            self._highlighted = (source, highlighted(source))
        return self._highlighted[1]
