"""The sections of a ``lesson.md``: one for each step."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING = re.compile(r"^##\s+(?P<title>.+?)\s*$")


@dataclass(frozen=True)
class Section:
    """The text below a ``## title``, which may be empty, and the line of the title from 1."""

    title: str
    text: str
    line: int


def sections(markdown: str) -> tuple[Section, ...]:
    """Each ``## title`` with the text below it; ignores such lines inside code fences."""
    found: list[tuple[str, int, list[str]]] = []
    fenced = False
    for number, line in enumerate(markdown.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading is not None:
            found.append((heading["title"], number, []))
        elif found:
            found[-1][2].append(line)
    return tuple(Section(title, "\n".join(body).strip(), number) for title, number, body in found)
