"""The one place that all painted text goes through: no widget can hand the terminal an order in a text's place."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.course.words.printable_text import printable

REPLACED = "\ufffd"


class PrintableText(LineFilter):
    """Takes control characters out of every painted line, and addresses that a terminal would open."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The line with as many cells as before."""
        filtered = []
        for segment in segments:
            text, style, control = segment
            safe = text if text.isascii() and text.isprintable() else one_line(text)
            if style is not None and style.link:
                style = style.update_link(None)
            elif safe == text:
                filtered.append(segment)
                continue
            if safe or control:
                filtered.append(Segment(safe, style, control))
        return filtered


@lru_cache(1024)
def one_line(text: str) -> str:
    """``text`` for one painted line, as wide as it was: what is taken out leaves a mark where it had a cell."""
    if printable(text) == text and "\n" not in text:
        return text
    return "".join(c if c != "\n" and printable(c) == c else REPLACED * min(1, cell_len(c)) for c in text)
