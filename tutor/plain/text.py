"""Print lines: without control characters, with substitutes for characters that the encoding lacks, wrapped."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator
from typing import TextIO

from tutor.course.words.plain_characters import encodable
from tutor.course.words.printable_text import printable
from tutor.course.words.printed_page import Page, wrap_text
from tutor.course.words.unbroken_formulas import without_glue
from tutor.plain.interrupts import Interrupts

PROMPT = "> "
WIDTH = 78
NARROWEST = 20
SPELLED = 6
"""Columns of a line reserved for the longer spelling of characters that the encoding lacks."""


def markdown_lines(text: str, width: int) -> list[str]:
    """Markdown as plain lines: without emphasis marks, with lists and tables, wrapped at ``width``."""
    # Imported here, since a list of lessons does not need Rich.
    from rich.console import Console

    from tutor.plain.unbroken_markdown import UnbrokenMarkdown

    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False, _environ={})
    console.print(UnbrokenMarkdown(printable(text), hyperlinks=False))
    lines: list[str] = []
    for line in without_glue(out.getvalue()).splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    while lines and not lines[-1]:
        lines.pop()
    return lines


class CannotPrint(Exception):
    """What is printed goes nowhere any more; ``error`` says why."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class Printer:
    """Everything that the plain face prints goes through here. Printing raises ``CannotPrint``."""

    def __init__(self, out: TextIO, interrupts: Interrupts | None = None) -> None:
        self._out = out
        self._interrupts = interrupts or Interrupts()
        self._encoding = getattr(out, "encoding", None) or "utf-8"
        columns = shutil.get_terminal_size((WIDTH, 24)).columns if out.isatty() else WIDTH
        blocks = encodable("█·", self._encoding) == "█·"
        # Spelled characters take more room than the originals.
        self._spelled = 0 if blocks else SPELLED
        self.page = Page(max(columns, NARROWEST), *(("█", "·") if blocks else ("#", ".")))

    def line(self, text: str = "") -> None:
        """Print one line, or as many as it takes."""
        self._write("".join(f"{line}\n" for line in self._wrapped(text)))

    def echo(self, typed: str) -> None:
        """Print what was typed, as it was typed."""
        self._write(f"{encodable(printable(typed), self._encoding)}\n")

    def _wrapped(self, text: str) -> Iterator[str]:
        for part in encodable(printable(text), self._encoding).split("\n"):
            if len(part) <= self.page.width:
                yield part
                continue
            indent = part[: len(part) - len(part.lstrip())]
            yield from wrap_text(part, self.page.width, indent) or [""]

    def lines(self, texts: Iterable[str]) -> None:
        """Print several lines."""
        for text in texts:
            self.line(text)

    def markdown(self, text: str) -> None:
        """Print a lesson's text."""
        self.lines(markdown_lines(text, self.page.width - self._spelled))

    def code(self, source: str) -> None:
        """Print a program. Its lines are not wrapped: a part of a line would be another program."""
        self._write("".join(f"{encodable(printable(line), self._encoding)}\n" for line in source.splitlines()))

    def prompt(self, text: str = PROMPT) -> None:
        """Ask for a line."""
        self._write(text)

    def _write(self, text: str) -> None:
        with self._interrupts.heard():
            try:
                self._out.write(text)
                self._out.flush()
            except OSError as error:
                raise CannotPrint(error) from error
