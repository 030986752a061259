"""Fill the lab's numbers into a step's text: each ``{path}`` in the Markdown outside code."""

from __future__ import annotations

import re

from tutor.course.lessons.placeholders import UNKNOWN, outside_code
from tutor.course.questions.checking import NO_VALUE, value_at
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import LookupFailed
from tutor.language.catalogue import _

_MARKS = re.compile(r"[\\`*_\[\]<>]")


def placeholders_in(markdown: str) -> tuple[str, ...]:
    """The ``path`` or ``path:digits`` of each ``{…}`` outside code, in order."""
    found: list[str] = []

    def noted(placeholder: str) -> str:
        found.append(placeholder)
        return UNKNOWN

    outside_code(markdown, noted)
    return tuple(found)


def fill_markdown(markdown: str, lab: Lab) -> str:
    """``markdown`` with each ``{path}`` outside code replaced by that number or word of the lab.

    The forms are those of ``tutor.course.questions.checking.fill``. Raises ``LookupFailed`` if a placeholder cannot be
    filled.
    """
    return outside_code(markdown, lambda placeholder: _as_letters(value_at(placeholder, lab)))


def fill_markdown_for_learner(markdown: str, lab: Lab) -> str:
    """Like ``fill_markdown``, but if the lab has no such number now, the text says so instead."""

    def written(placeholder: str) -> str:
        try:
            return _as_letters(value_at(placeholder, lab))
        except LookupFailed:
            return _(NO_VALUE)

    return outside_code(markdown, written)


def _as_letters(value: str) -> str:
    """A word of the lab with Markdown's marks escaped."""
    return _MARKS.sub(r"\\\g<0>", value)
