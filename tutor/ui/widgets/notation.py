"""Format numbers and words from a lab for the cells of a terminal."""

from __future__ import annotations

import math

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from tutor.course.words.unbroken_formulas import unbroken, without_glue
from tutor.engine.derivations.derivation import decimals, show
from tutor.labs.kit.readouts import Masked
from tutor.language.catalogue import N_

MASK = "?"
COVERED = N_("answer first")


def number_text(value: float, digits: int) -> str:
    """A number with up to ``digits`` decimals, without trailing zeros; ``–`` for NaN, ``masked`` for what a mask hides.

    >>> number_text(0.95257412, 6), number_text(3.0, 6), number_text(-0.5, 4), number_text(float("nan"), 2)
    ('0.952574', '3', '−0.5', '–')
    """
    if math.isnan(value):
        return "masked" if isinstance(value, Masked) else "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return decimals(value, digits)


def control_text(value: float) -> str:
    """The value of a number control, as short as possible."""
    return show(value)


def visible(text: str) -> str:
    """Text from data on one line, without control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in " ".join(text.split()))


def fit(text: str, width: int) -> str:
    """Text in exactly ``width`` cells: padded with spaces, or cut with ``…``."""
    if cell_len(text) <= width:
        return text + " " * (width - cell_len(text))
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def fit_right(text: str, width: int) -> str:
    """Text right-aligned in exactly ``width`` cells."""
    return " " * (width - cell_len(text)) + text if cell_len(text) < width else fit(text, width)


def wrap(text: str, width: int) -> list[str]:
    """Text in lines of at most ``width`` cells, broken at spaces if possible, but not inside a formula."""
    lines: list[str] = []
    line = ""
    for word in unbroken(visible(text), width).split(" "):
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while cell_len(line) > max(1, width):
            part = set_cell_size(line, max(1, width)).rstrip() or line[:1]
            lines.append(part)
            line = line[len(part) :]
    return [without_glue(each) for each in ([*lines, line] if line or not lines else lines)]


def heading(text: str, width: int, style: str = "", indent: int = 1) -> list[Content]:
    """A heading above numbers, indented by a cell, on as many lines as it needs."""
    return [Content.styled(" " * indent + line, style) for line in wrap(text, max(1, width - indent))]


def labelled(label: str, value: Content, width: int, room: int = 0, indent: int = 1) -> list[Content]:
    """A label and its value, which gets at least ``room`` cells, at the two ends of a line; if they do not fit on one
    line, the value goes below.
    """
    if indent + cell_len(visible(label)) + 1 + max(room, value.cell_length) <= width:
        return [between(Content(" " * indent + visible(label)), value, width)]
    return [*heading(label, width, indent=indent), between(Content(""), value, width)]


def between(left: Content, right: Content, width: int) -> Content:
    """``left`` and ``right`` at the two ends of one line of ``width`` cells; cuts the left one if necessary."""
    room = max(0, width - right.cell_length)
    if left.cell_length > room - 1:
        left = left.truncate(max(0, room - 1), ellipsis=True)
    line = left + Content(" " * max(0, room - left.cell_length)) + right
    return line.truncate(width) if line.cell_length > width else line
