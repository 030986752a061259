"""How people write numbers: decimal marks, thousands separators, and their characters."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache

from tutor.course.words.unbroken_formulas import NO_BREAK

_CHARACTERS = {
    **dict.fromkeys("−–‒—‐‑﹣－", "-"),
    **dict.fromkeys("×·⋅∙∗•＊", "*"),
    **dict.fromkeys("÷∕⁄／", "/"),
    **dict.fromkeys("’ʼ′", "'"),
    "π": " pi ",
    "√": " sqrt ",
    "σ": " sigmoid ",
    "＋": "+",
    "％": "%",
    "＝": "=",
}


def plain_characters(text: str) -> str:
    """``text`` in lower case, with one ASCII character for all equivalent ones, and single blanks.

    >>> plain_characters("−1\u202f234 × π")
    '-1 234 * pi'
    """
    written = "".join(_CHARACTERS.get(c) or (str(unicodedata.decimal(c)) if c.isdecimal() else c) for c in text.lower())
    return " ".join(written.split()).replace("**", "^")


@cache
def whole_number(point: str, in_list: bool) -> re.Pattern[str]:
    """The pattern of a number with ``point`` (``.`` or ``,``) as the decimal mark.

    Blanks, apostrophes or the other of the two marks may separate thousands, the same mark throughout. With
    ``in_list`` a comma ends the number if no digit follows, or if it is not the decimal mark.
    """
    sign = _grouping_signs(point, in_list)
    grouped = rf"[1-9]\d{{0,2}}(?P<mark>[{sign}])\d{{3}}(?:(?P=mark)\d{{3}})*(?!\d)"
    some = "+" if in_list else "*"
    return re.compile(rf"(?:(?:{grouped}|\d+)(?:[{point}]\d{some})?|[{point}]\d+)(?:e[+-]?\d+)?")


@cache
def unfinished_number(point: str, in_list: bool) -> re.Pattern[str]:
    """The pattern of prefixes of such a number that are not numbers yet: ``1 2``, ``1,234,``, ``2e-``, ``.``."""
    sign = _grouping_signs(point, in_list)
    first = r"[1-9]\d{0,2}"
    several = rf"{first}(?P<mark>[{sign}])\d{{3}}(?:(?P=mark)\d{{3}})*"
    plain = rf"(?:{first}(?P<m>[{sign}])\d{{3}}(?:(?P=m)\d{{3}})*|\d+)"
    return re.compile(
        rf"{first}[{sign}]\d{{0,2}}|{several}(?P=mark)\d{{0,2}}|(?:\d+)?[{point}]"
        rf"|(?:{plain}(?:[{point}]\d*)?|[{point}]\d+)e[+-]?"
    )


def value_of(number: str, point: str) -> float:
    """The value of a match of ``whole_number``; infinite if it is too large."""
    other = "," if point == "." else "."
    digits = number.replace(" ", "").replace("'", "").replace(other, "")
    return float(digits.replace(",", "."))


def has_groups(number: str, point: str) -> bool:
    """Whether points or commas separate thousands in a match of ``whole_number``."""
    return ("," if point == "." else ".") in number


def grouped(value: float, digits: int = 6) -> str:
    """A number with no-break spaces between thousands, at least ``digits`` significant digits, and a real minus sign.

    >>> grouped(63610).split(), grouped(-0.92414182), grouped(1234.5).split()
    (['63', '610'], '−0.924142', ['1', '234.5'])
    """
    large = abs(value) >= 1e15
    if large or value == 0 or (abs(value) < 1e-4):
        return f"{value + 0.0:.{digits}g}".replace("-", "−")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NO_BREAK).replace("-", "−")


def typeable(value: float) -> str:
    """The number written so that it has only one reading.

    >>> typeable(63610), typeable(63.61), typeable(1.234), typeable(-2)
    ('63610', '63.61', '1.2340', '−2')
    """
    text = f"{value + 0.0:.9g}"
    if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", text):
        text += "0"
    return text.replace("-", "−")


def _grouping_signs(point: str, in_list: bool) -> str:
    other = "," if point == "." else "."
    return " '" if in_list and other == "," else f" '{other}"
