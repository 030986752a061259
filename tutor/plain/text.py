"""Printing line by line: what a terminal would obey taken out, what an encoding lacks written another way, wrapped."""

from __future__ import annotations

import io
import shutil
import textwrap
from collections.abc import Iterable
from typing import TextIO

from tutor.course.plain_characters import encodable
from tutor.course.printable_text import printable
from tutor.course.printed_page import Page

WIDTH = 78
NARROWEST = 20


def markdown_lines(text: str, width: int) -> list[str]:
    """Markdown as plain lines: emphasis marks gone, lists and tables kept, wrapped at ``width``."""
    # Rich is imported here: a list of lessons needs none of it.
    from rich.console import Console
    from rich.markdown import Markdown

    out = io.StringIO()
    console = Console(file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False, _environ={})
    console.print(Markdown(printable(text), hyperlinks=False))
    lines: list[str] = []
    for line in out.getvalue().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    while lines and not lines[-1]:
        lines.pop()
    return lines


class Printer:
    """Everything that the plain face prints goes through here."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._encoding = getattr(out, "encoding", None) or "utf-8"
        columns = shutil.get_terminal_size((WIDTH, 24)).columns if out.isatty() else WIDTH
        blocks = encodable("█·", self._encoding) == "█·"
        self.page = Page(max(columns, NARROWEST), *(("█", "·") if blocks else ("#", ".")))

    def line(self, text: str = "") -> None:
        """Print one line, or as many as it takes."""
        for part in printable(text).split("\n"):
            indent = part[: len(part) - len(part.lstrip())]
            wrapped = [part]
            if len(part) > self.page.width:
                wrapped = textwrap.wrap(part, self.page.width, subsequent_indent=indent, break_on_hyphens=False)
            for written in wrapped or [""]:
                self._out.write(encodable(written, self._encoding) + "\n")
        self._out.flush()

    def lines(self, texts: Iterable[str]) -> None:
        """Print several."""
        for text in texts:
            self.line(text)

    def markdown(self, text: str) -> None:
        """Print a lesson's text."""
        self.lines(markdown_lines(text, self.page.width))

    def prompt(self) -> None:
        """Ask for a line."""
        self._out.write("> ")
        self._out.flush()
