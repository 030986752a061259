"""Parse a typed answer: a number in one of several notations, arithmetic, or a choice."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tutor.course.questions.arithmetic import NoResult, Notation, NotUnderstood, evaluate
from tutor.course.questions.named_functions import NAMES
from tutor.course.questions.written_numbers import grouped, typeable
from tutor.language.catalogue import N_, _

LONGEST_CHOICE = 64
"""Longer than any number of a choice; Python refuses integers of thousands of digits."""
_IN_EXPRESSIONS_ONLY = "(^*"
HOW = N_("Type a number, such as 0.5 or 0,5, or arithmetic, such as 3*5 + 4")

_NOTATIONS = tuple(
    Notation(point, log10, wide) for point in (".", ",") for log10 in (False, True) for wide in (False, True)
)


@dataclass(frozen=True)
class Reading:
    """One of the numbers that a text can mean.

    ``likely`` is false if points that can be decimal points would separate thousands: 1.234 as 1234.
    """

    value: float
    notation: Notation
    is_number: bool
    has_groups: bool
    likely: bool = True


def readings(text: str) -> tuple[Reading, ...]:
    """Every number that ``text`` can mean, the one with decimals first; at least one.

    A comma with three digits after it and one to three before it, not 0, has two likely readings: 63,610 is 63 610 or
    63.61. So has a point, but there decimals are the likely reading, as the lessons write them. Only one reading is
    possible for 0,500 and 1,5 (decimals), 1,234,567 and 1.234,5 (thousands, and 1234.5). ``log`` is read as the natural
    logarithm and as that to base 10, and ``ln 1/2`` as ln(1)/2 and as ln(1/2).

    Raises ``NotUnderstood`` or ``NoResult`` with a sentence if there is no reading.
    """
    found: list[Reading] = []
    failures: list[NotUnderstood | NoResult] = []
    has_names, has_log = any(c.isalpha() or c == "√" for c in text), "log" in text.lower()
    for notation in _NOTATIONS:
        if (notation.log10 and not has_log) or (notation.wide and not has_names):
            continue
        try:
            result = evaluate(text, notation)
        except (NotUnderstood, NoResult) as failure:
            failures.append(failure)
        else:
            if all(result.value != other.value for other in found):
                found.append(Reading(result.value, notation, result.is_number, result.has_groups))
    if not found:
        raise max(failures, key=lambda failure: len(text) if isinstance(failure, NoResult) else failure.offset)
    has_decimals = any(not reading.has_groups for reading in found)
    return tuple(
        Reading(each.value, each.notation, each.is_number, each.has_groups, likely)
        for each in sorted(found, key=lambda reading: reading.has_groups)
        for likely in [not (has_decimals and each.has_groups and each.notation.point == ",")]
    )


def parse_number(text: str) -> float | None:
    """The number or the result of the arithmetic in ``text``, in its first reading. None if it is neither."""
    try:
        return readings(text)[0].value
    except (NotUnderstood, NoResult):
        return None


def which_is_meant(text: str, several: tuple[Reading, ...]) -> str:
    """A sentence that lists the readings of ``text`` and says how to write each unambiguously."""
    first, *others = several
    values = _(" or as ").join(grouped(reading.value) for reading in several)
    ways = []
    if all(reading.is_number for reading in several):
        ways.append(_("write {names}").format(names=" or ".join(typeable(reading.value) for reading in several)))
    elif any(other.notation.point != first.notation.point for other in others):
        ways.append(_("use a point for decimals, nothing between thousands, and a semicolon in a list of numbers"))
    if any(other.notation.log10 != first.notation.log10 for other in others):
        ways.append(_("write ln or log10"))
    if any(other.notation.wide != first.notation.wide for other in others):
        ways.append(_("put brackets around what the function takes"))
    return _("{names} can be read as {values}. To say which, {ways}.").format(
        names=" ".join(text.split()), values=values, ways=", and ".join(ways)
    )


def may_continue(text: str, character: str) -> bool:
    """Whether ``text`` followed by ``character`` is a number or arithmetic, or the beginning of either.

    Neither begins with a letter or a blank; letters of a function or constant follow ``=``, an operator or a bracket.
    """
    blank = unicodedata.category(character) == "Zs" if len(character) == 1 else False
    if not (character.isprintable() or blank) or (not text.strip() and (blank or character.isalpha())):
        return False
    return any(_begins(text + character, Notation(point)) for point in (".", ","))


def is_meant_as_expression(text: str) -> bool:
    """Whether ``text``, which begins with a letter, is meant as an expression and not as a row of commands.

    It is if it is a valid expression, begins one after a whole name (``ln``, ``sqrt(2``), or has a sign that no
    command has. A single letter is a command.
    """
    if len(text) < 2 or not text[0].isalpha():
        return False
    if any(sign in text for sign in _IN_EXPRESSIONS_ONLY):
        return True
    is_whole = text.lower() in NAMES or not text.isalpha()
    return is_whole and any(_begins(text, Notation(point)) for point in (".", ","))


def _begins(text: str, notation: Notation) -> bool:
    try:
        evaluate(text, notation)
    except NoResult:
        return True
    except NotUnderstood as failure:
        return failure.unfinished
    return True


def parse_choice(text: str, keys: tuple[str, ...]) -> str | None:
    """The key that ``text`` names: the key itself, its number from 1, or its letter from a. None if it is none."""
    cleaned = text.strip().lower()
    for key in keys:
        if cleaned == key.lower():
            return key
    if cleaned.isdecimal() and len(cleaned) <= LONGEST_CHOICE and 1 <= int(cleaned) <= len(keys):
        return keys[int(cleaned) - 1]
    if len(cleaned) == 1 and 0 <= ord(cleaned) - ord("a") < len(keys):
        return keys[ord(cleaned) - ord("a")]
    return None
