"""Words and sentences of a lab."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Text
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, between, visible, wrap
from tutor.ui.widgets.readouts.readout_view import ReadoutView

_READABLE = 24


class TextView(ReadoutView[Text]):
    """A word to the right of its label; a sentence below it, wrapped."""

    def __init__(self, readout: Text, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._tallest: dict[int, int] = {}

    def extent(self, width: int) -> Extent:
        """One line for a word, more for a sentence. It never shrinks, so that views below do not jump."""
        height = max(len(self._lines(width)), self._tallest.get(width, 0))
        self._tallest[width] = height
        return Extent(min(width, _READABLE), height, height)

    def lines(self, size: Size) -> list[Content]:
        """Label and words."""
        return self._lines(size.width)

    def _words(self) -> str:
        return MASK if self.covered else visible(self.data.value)

    def _lines(self, width: int) -> list[Content]:
        label, words = visible(self.data.label), self._words()
        if len(label) + len(words) + 3 <= width:
            return [between(Content(f" {label}"), Content.styled(words, "bold"), width)]
        text = f"{label}: {words}" if label else words
        lines = wrap(text, max(1, width - 1))
        return [Content(f" {line}") for line in lines]
