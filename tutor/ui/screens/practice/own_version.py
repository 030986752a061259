"""The engine's own version of what the learner wrote, as lines below the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from tutor.course.words.source_text import SourceText
from tutor.practice.report import own_version_headings
from tutor.ui.highlighting import highlighted

MOST_LINES = 25
"""Of a piece that is shown below the verdict: with more, the keys would be out of view."""
_FURTHER = 4
"""Blanks by which the rest of a long line stands further in than its beginning."""


def first_piece(pieces: Sequence[SourceText], width: int) -> list[Content]:
    """The first piece, highlighted, below its heading; nothing if it is long in this width, or if there is none."""
    lines = [part for line in highlighted(pieces[0].source) for part in folded(line, width)] if pieces else []
    if not lines or len(lines) > MOST_LINES:
        return []
    return [Content(""), Content.styled(own_version_headings(pieces)[0], "bold"), Content(""), *lines]


def folded(line: Content, width: int) -> list[Content]:
    """A line of a program on as many lines as it takes, broken at blanks where there are any.

    >>> [part.plain for part in folded(Content("    return a + b + c"), 16)]
    ['    return a + b', '        + c']
    """
    text = line.plain
    indent = len(text) - len(text.lstrip(" "))
    further = indent + _FURTHER if width >= 2 * (indent + _FURTHER) else 0
    parts, start, before = [], 0, 0
    while cell_len(text[start:]) > width - before:
        room = width - before
        while cell_len(text[start : start + room]) > width - before:
            room -= 1
        end = text.rfind(" ", max(start + 1, indent + 1), start + room + 1)
        end = end if end > start else start + max(1, room)
        parts.append(Content(" " * before) + line[start:end])
        start, before = end + (text[end : end + 1] == " "), further
    return [*parts, Content(" " * before) + line[start:]]
