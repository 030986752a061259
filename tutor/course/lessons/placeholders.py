"""Replace the ``{path}`` placeholders of a text; for lists and searches, which have no lab, by an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Callable

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
UNKNOWN = "…"
"""Shown for a number if there is no lab to compute it."""

# A fenced block (to the end of the text if nothing closes it), or a span between equally many backticks.
_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]* *$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)


def without_numbers(markdown: str) -> str:
    """``markdown`` for a list or a search, without a lab: ``…`` for each number."""
    return outside_code(markdown, lambda _: UNKNOWN)


def outside_code(markdown: str, written: Callable[[str], str]) -> str:
    """``markdown`` with each ``{…}`` outside code replaced by ``written`` of its inside."""
    if "{" not in markdown:
        return markdown
    filled, end = [], 0
    for code in [*_CODE.finditer(markdown), None]:
        prose = markdown[end : code.start() if code else len(markdown)]
        filled.append(PLACEHOLDER.sub(lambda match: written(match[1]), prose))
        if code:
            filled.append(code[0])
            end = code.end()
    return "".join(filled)
