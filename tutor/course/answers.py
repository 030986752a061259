"""Reading what a learner typed."""

from __future__ import annotations

import math
import re

# Longer than any number that a person types; Python refuses to read integers of thousands of digits.
LONGEST_NUMBER = 64

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
_FRACTION = re.compile(r"([+-]?\d+)\s*/\s*(\d+)")


def parse_number(text: str) -> float | None:
    """The number in ``text``: comma or point, −, 1e-3, 1/4 and 25 % are understood. None if it is not one."""
    cleaned = text.strip().replace("−", "-").replace("\u00a0", "")
    if len(cleaned) > LONGEST_NUMBER:
        return None
    scale = 1.0
    if cleaned.endswith("%"):
        cleaned, scale = cleaned[:-1].strip(), 0.01
    fraction = _FRACTION.fullmatch(cleaned)
    if fraction:
        denominator = int(fraction[2])
        return scale * int(fraction[1]) / denominator if denominator else None
    if not _NUMBER.fullmatch(cleaned):
        return None
    value = float(cleaned.replace(",", ".")) * scale
    return value if math.isfinite(value) else None


_BEGINS = frozenset("0123456789.,-+−=(")
_NUMBER_GOES_ON = frozenset("0123456789.,-+−eE%/*^() ")


def may_continue(text: str, character: str) -> bool:
    """Whether ``character`` can follow ``text`` in a number or an expression; ``=`` or ``(`` begins an expression."""
    if len(character) != 1:
        return False
    if not text.strip():
        return character in _BEGINS
    if text.lstrip()[0] in "=(":
        return character.isalnum() or character in _NUMBER_GOES_ON
    return character in _NUMBER_GOES_ON


def parse_choice(text: str, keys: tuple[str, ...]) -> str | None:
    """The key that ``text`` names: the key itself, its number from 1, or its letter from a. None if it is none."""
    cleaned = text.strip().lower()
    for key in keys:
        if cleaned == key.lower():
            return key
    if cleaned.isdecimal() and len(cleaned) <= LONGEST_NUMBER and 1 <= int(cleaned) <= len(keys):
        return keys[int(cleaned) - 1]
    if len(cleaned) == 1 and 0 <= ord(cleaned) - ord("a") < len(keys):
        return keys[ord(cleaned) - ord("a")]
    return None
