"""Suggest a known name for an unknown one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from tutor.language.catalogue import _

LONGEST_NAME = 200
"""Characters; the time to compare two names is proportional to the product of their lengths."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`` – did you mean 'train'?``, or an empty string if no known name is similar."""
    if len(name) > LONGEST_NAME:
        return ""
    by_small_letters = {each.casefold(): each for each in known}
    close = get_close_matches(name.casefold(), by_small_letters, n=1)
    return _(" – did you mean {name!r}?").format(name=by_small_letters[close[0]]) if close else ""
