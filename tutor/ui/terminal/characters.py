"""Which characters the terminal has, and the filter that puts others in the place of those that it lacks."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.widget import Widget

from tutor.course.words.plain_characters import in_cells

# Measured: what the fonts that Debian gives to a Linux console and the one built into Linux have in common.
_ON_A_CONSOLE = frozenset("±·÷←↑→↓≈≤≥─│┌┐└┘├┤┬┴┼═║╔╗╚╝█░▒■▲▼ßàáâäçèéêëíîñóôöùúüÄÇÉÑÖÜ")


class Characters(Enum):
    """What a terminal can show."""

    ALL = "all"
    CONSOLE = "console"
    """The console of Linux: lines of boxes, and few signs besides."""
    ASCII = "ascii"

    def has(self, character: str) -> bool:
        """Whether the terminal shows it as it is."""
        return self is Characters.ALL or character.isascii() or (
            self is Characters.CONSOLE and character in _ON_A_CONSOLE
        )  # fmt: skip


class PlainCharacters(LineFilter):
    """Puts stand-ins of the same width into every painted line. Comes after all other filters."""

    def __init__(self, characters: Characters) -> None:
        super().__init__()
        self._characters = characters

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        """The line with as many cells as before."""
        return [
            segment if segment.text.isascii() else Segment(_plain(segment.text, self._characters), segment.style)
            for segment in segments
        ]


def draws_plainly(widget: Widget) -> bool:
    """Whether the widget is to draw without half blocks, shades and blocks of several heights."""
    return widget.is_attached and getattr(widget.app, "characters", Characters.ALL) is not Characters.ALL


@lru_cache(1024)
def _plain(text: str, characters: Characters) -> str:
    return in_cells(text, characters.has, cell_len)
