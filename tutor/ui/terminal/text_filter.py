"""The filter for all painted text, which keeps control sequences from the terminal."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tutor.course.words.printable_text import printable

REPLACED = "\ufffd"


class PrintableText(LineFilter):
    """Removes control characters and hyperlinks from every painted line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The line, with the same number of cells."""
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
    """``text`` for one painted line, with the same width: a mark replaces removed characters that have a cell."""
    if printable(text) == text and "\n" not in text:
        return text
    return "".join(c if c != "\n" and printable(c) == c else REPLACED * min(1, cell_len(c)) for c in text)
