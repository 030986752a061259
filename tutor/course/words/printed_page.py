"""The layout of plain text: numbers, sentences and tables on a page of a given width."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.course.words.unbroken_formulas import unbroken, without_glue
from tutor.engine.derivations.derivation import decimals
from tutor.labs.kit.readouts import Masked
from tutor.language.catalogue import _


@dataclass(frozen=True)
class Page:
    """The width in columns, and the characters for a pixel that is on and one that is off."""

    width: int = 78
    on: str = "█"
    off: str = "·"


def number_text(value: float, digits: int = 6) -> str:
    """A number with up to ``digits`` decimals, without trailing zeros; a word for NaN and infinity."""
    if math.isnan(value):
        return "masked" if isinstance(value, Masked) else _("none yet")
    if math.isinf(value):
        return "infinite" if value > 0 else "−infinite"
    return decimals(value, digits)


def wrapped(line: str, page: Page, indent: str = "  ") -> tuple[str, ...]:
    """The line wrapped to the width of the page."""
    return tuple(wrap_text(line, page.width, indent)) or (line,)


def wrap_text(text: str, width: int, indent: str = "") -> list[str]:
    """Text in lines of at most ``width`` characters, all but the first after ``indent``; breaks no formula."""
    marked = unbroken(text, width - len(indent))
    return [
        without_glue(line) for line in textwrap.wrap(marked, width, subsequent_indent=indent, break_on_hyphens=False)
    ]


def label_text(label: str) -> str:
    """A label as printed before its number; in brackets if it could be mistaken for a number."""
    return f"[{label}]" if label.isdecimal() else label


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]], page: Page) -> tuple[str, ...]:
    """Rows under their headings; if that is too wide, each row as a sentence."""
    if not rows:
        return (_("  nothing yet"),)
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
        f"  {row[0]}: " + ", ".join(f"{label_text(c)} {text}" for c, text in zip(columns[1:], row[1:], strict=True))
        for row in rows
    )
    return tuple(part for sentence in sentences for part in wrapped(sentence, page, "    "))
