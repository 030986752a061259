"""What somebody may have meant by a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_NAME = 200
"""Characters; comparing takes as long as the product of two lengths."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` – did you mean 'train'?``, or nothing where no known name is close."""
    if len(name) > LONGEST_NAME:
        return ""
    by_small_letters = {each.casefold(): each for each in known}
    close = get_close_matches(name.casefold(), by_small_letters, n=1)
    return f" – did you mean {by_small_letters[close[0]]!r}?" if close else ""
