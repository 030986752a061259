"""The lab's numbers in a step's text: ``{path}`` in the Markdown, but not in its code."""

from __future__ import annotations

import re
from collections.abc import Callable

from tutor.course.questions import NO_VALUE, PLACE, value_at
from tutor.labs.contract import Lab
from tutor.labs.places import LookupFailed

UNKNOWN = "…"
"""What stands for a number where there is no lab to compute it."""

# A fenced block, open to the end where no fence closes it, or a span between as many backticks as began it.
_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]* *$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
_MARKS = re.compile(r"[\\`*_\[\]<>]")


def places_in(markdown: str) -> tuple[str, ...]:
    """The ``path`` or ``path:digits`` of each ``{…}`` outside code, in their order."""
    found: list[str] = []

    def noted(place: str) -> str:
        found.append(place)
        return UNKNOWN

    _outside_code(markdown, noted)
    return tuple(found)


def fill_markdown(markdown: str, lab: Lab) -> str:
    """``markdown`` with each ``{path}`` outside code replaced by that number or word of the lab.

    The forms are those of ``tutor.course.questions.fill``. Raises ``LookupFailed`` where a place cannot be filled.
    """
    return _outside_code(markdown, lambda place: _as_letters(value_at(place, lab)))


def fill_markdown_for_learner(markdown: str, lab: Lab) -> str:
    """As ``fill_markdown``; where the lab as the learner set it has no such number, the text says so in its place."""

    def written(place: str) -> str:
        try:
            return _as_letters(value_at(place, lab))
        except LookupFailed:
            return NO_VALUE

    return _outside_code(markdown, written)


def without_numbers(markdown: str) -> str:
    """``markdown`` for a list or a search, where no lab stands beside it: ``…`` for each number."""
    return _outside_code(markdown, lambda _: UNKNOWN)


def _outside_code(markdown: str, written: Callable[[str], str]) -> str:
    if "{" not in markdown:
        return markdown
    filled, end = [], 0
    for code in [*_CODE.finditer(markdown), None]:
        prose = markdown[end : code.start() if code else len(markdown)]
        filled.append(PLACE.sub(lambda match: written(match[1]), prose))
        if code:
            filled.append(code[0])
            end = code.end()
    return "".join(filled)


def _as_letters(value: str) -> str:
    """A word of the lab as Markdown that shows it letter by letter."""
    return _MARKS.sub(r"\\\g<0>", value)
