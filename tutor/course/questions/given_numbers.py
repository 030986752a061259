"""The numbers that a question's text gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A sign belongs to a number unless it stands between two operands; digits of a name such as w1 are no number.
_NUMBER = re.compile(r"(?:(?<![\w)\]%])[−-])?(?<![\w.])\d+(?:\.\d+)?(?:e[−+-]?\d+)?(?![\w])")


@dataclass(frozen=True)
class GivenNumber:
    """A number in a text: its value, and how it is written there."""

    value: float
    text: str


def given_numbers(text: str) -> tuple[GivenNumber, ...]:
    """The numbers in ``text``, each value once, in their order.

    >>> [given.value for given in given_numbers("x1 is (−3, 0.5), 28·28 = 784.")]
    [-3.0, 0.5, 28.0, 784.0]
    """
    found: dict[float, GivenNumber] = {}
    for match in _NUMBER.finditer(text):
        value = float(match[0].replace("−", "-"))
        found.setdefault(value, GivenNumber(value, match[0]))
    return tuple(found.values())
