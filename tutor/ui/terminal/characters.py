"""The characters that the terminal supports, and the filter that substitutes the others."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.widget import Widget

from tutor.course.words.plain_characters import in_cells

# Measured: the characters common to Debian's fonts for the Linux console and the font built into Linux.
_ON_A_CONSOLE = frozenset("±·÷←↑→↓≈≤≥─│┌┐└┘├┤┬┴┼═║╔╗╚╝█░▒■▲▼ßàáâäçèéêëíîñóôöùúüÄÇÉÑÖÜ")


class Characters(Enum):
    """The characters that a terminal can show."""

    ALL = "all"
    CONSOLE = "console"
    """The Linux console: box-drawing lines and few other signs."""
    ASCII = "ascii"

    def has(self, character: str) -> bool:
        """Whether the terminal can show the character."""
        return self is Characters.ALL or character.isascii() or (
            self is Characters.CONSOLE and character in _ON_A_CONSOLE
        )  # fmt: skip


class PlainCharacters(LineFilter):
    """Puts substitutes of the same width into every painted line, after all other filters."""

    def __init__(self, characters: Characters) -> None:
        super().__init__()
        self._characters = characters

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The line, with the same number of cells."""
        return [
            segment if segment.text.isascii() else Segment(_plain(segment.text, self._characters), segment.style)
            for segment in segments
        ]


def draws_plainly(widget: Widget) -> bool:
    """Whether the widget must draw without half blocks, shades and blocks of several heights."""
    return widget.is_attached and getattr(widget.app, "characters", Characters.ALL) is not Characters.ALL


@lru_cache(1024)
def _plain(text: str, characters: Characters) -> str:
    return in_cells(text, characters.has, cell_len)
