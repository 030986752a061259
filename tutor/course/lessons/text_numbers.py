"""The lab's numbers in a step's text: ``{path}`` in the Markdown, but not in its code."""

from __future__ import annotations

import re

from tutor.course.lessons.text_places import UNKNOWN, outside_code
from tutor.course.questions.checking import NO_VALUE, value_at
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import LookupFailed

_MARKS = re.compile(r"[\\`*_\[\]<>]")


def places_in(markdown: str) -> tuple[str, ...]:
    """The ``path`` or ``path:digits`` of each ``{…}`` outside code, in their order."""
    found: list[str] = []

    def noted(place: str) -> str:
        found.append(place)
        return UNKNOWN

    outside_code(markdown, noted)
    return tuple(found)


def fill_markdown(markdown: str, lab: Lab) -> str:
    """``markdown`` with each ``{path}`` outside code replaced by that number or word of the lab.

    The forms are those of ``tutor.course.questions.checking.fill``. Raises ``LookupFailed`` where a place cannot be
    filled.
    """
    return outside_code(markdown, lambda place: _as_letters(value_at(place, lab)))


def fill_markdown_for_learner(markdown: str, lab: Lab) -> str:
    """As ``fill_markdown``; where the lab as the learner set it has no such number, the text says so in its place."""

    def written(place: str) -> str:
        try:
            return _as_letters(value_at(place, lab))
        except LookupFailed:
            return NO_VALUE

    return outside_code(markdown, written)


def _as_letters(value: str) -> str:
    """A word of the lab as Markdown that shows it letter by letter."""
    return _MARKS.sub(r"\\\g<0>", value)
