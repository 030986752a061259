"""The page that plain text is made for, and how numbers, sentences and tables stand on it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.course.words.unbroken_formulas import unbroken, without_glue
from tutor.engine.derivations.derivation import decimals


@dataclass(frozen=True)
class Page:
    """What the lines are made for: so many columns, and a character each for a pixel that is on and one that is off."""

    width: int = 78
    on: str = "█"
    off: str = "·"


def number_text(value: float, digits: int = 6) -> str:
    """A number with ``digits`` decimals, fewer where that is the whole of it; words for what is none."""
    if math.isnan(value):
        return "none yet"
    if math.isinf(value):
        return "infinite" if value > 0 else "−infinite"
    return decimals(value, digits)


def wrapped(line: str, page: Page, indent: str = "  ") -> tuple[str, ...]:
    """The line in as many as the page needs for it."""
    return tuple(wrap_text(line, page.width, indent)) or (line,)


def wrap_text(text: str, width: int, indent: str = "") -> list[str]:
    """Text in lines of at most ``width`` characters, the further ones behind ``indent``; no formula is broken."""
    marked = unbroken(text, width - len(indent))
    return [
        without_glue(line) for line in textwrap.wrap(marked, width, subsequent_indent=indent, break_on_hyphens=False)
    ]


def place(label: str) -> str:
    """A label before its number; in brackets where it could be taken for one itself."""
    return f"[{label}]" if label.isdecimal() else label


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]], page: Page) -> tuple[str, ...]:
    """Rows under their headings; where that is too wide, each row as a sentence of its own."""
    if not rows:
        return ("  nothing yet",)
    widths = [max(len(line[i]) for line in (columns, *rows)) for i in range(len(columns))]
    if 2 + sum(widths) + 2 * (len(widths) - 1) <= page.width:
        lines = (
            "  ".join(
                text.ljust(w) if i == 0 else text.rjust(w) for i, (text, w) in enumerate(zip(line, widths, strict=True))
            )
            for line in (columns, *rows)
        )
        return tuple(f"  {line}".rstrip() for line in lines)
    sentences = (
        f"  {row[0]}: " + ", ".join(f"{place(c)} {text}" for c, text in zip(columns[1:], row[1:], strict=True))
        for row in rows
    )
    return tuple(part for sentence in sentences for part in wrapped(sentence, page, "    "))
