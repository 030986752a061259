"""Where ``{path}`` stands in a text, and what is written there; for lists and searches, which have no lab."""

from __future__ import annotations

import re
from collections.abc import Callable

PLACE = re.compile(r"\{([^{}]+)\}")
UNKNOWN = "…"
"""What stands for a number where there is no lab to compute it."""

# A fenced block, open to the end where no fence closes it, or a span between as many backticks as began it.
_CODE = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]* *$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)


def without_numbers(markdown: str) -> str:
    """``markdown`` for a list or a search, where no lab stands beside it: ``…`` for each number."""
    return outside_code(markdown, lambda _: UNKNOWN)


def outside_code(markdown: str, written: Callable[[str], str]) -> str:
    """``markdown`` with what ``written`` says for the inside of each ``{…}`` outside code."""
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
