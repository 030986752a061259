"""Lines of braille dots, and cells put together to lines of text: what both drawings of networks share."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import numpy as np
from textual.content import Content

DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The eight dots of a braille character, by row (0–3) and column (0–1)."""

Cell = tuple[str, str]
"""A character and its style."""


def write(row: list[Cell], x: int, text: str, style: str) -> None:
    """Write a text into a row from column ``x`` on, as far as it is inside."""
    for i, sign in enumerate(text):
        if 0 <= x + i < len(row):
            row[x + i] = (sign, style)


def joined(row: Iterable[Cell]) -> Content:
    """A line from its cells, each a text and a style: neighbours of the same style in one piece, quicker to paint."""
    runs = groupby(row, key=lambda cell: cell[1])
    return Content.assemble(*(("".join(text for text, _ in run), style) for style, run in runs))
