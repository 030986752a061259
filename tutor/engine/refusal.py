"""How a specification refuses what cannot be: one sentence with what was given and what was expected."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeGuard

LARGEST_FACTOR = 1e6
"""Of a slope, a penalty or an epsilon: far beyond any use, and far from what overflows in float32."""
_LONGEST = 40


class SpecError(ValueError):
    """A specification that cannot be: the message says what was given and what was expected."""


def require(condition: bool, message: str) -> None:
    """Raise ``SpecError`` with ``message`` unless ``condition`` holds."""
    if not condition:
        raise SpecError(message)


def one_of(what: str, value: object, allowed: Iterable[str]) -> None:
    """Raise ``SpecError`` unless ``value`` is among the ``allowed`` names."""
    names = tuple(allowed)
    require(value in names, f"unknown {what} {value!r}; expected one of {', '.join(names)}")


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a finite number; True and False are not numbers here."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def _written(value: object) -> str:
    """The value for a message; Python itself refuses to write integers of thousands of digits."""
    if isinstance(value, int) and value.bit_length() > 4 * _LONGEST:
        return "a whole number of hundreds of digits"
    whole = repr(value)
    return whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1] + "…"


def number_from(what: str, value: object, low: float, high: float = math.inf) -> None:
    """Raise ``SpecError`` unless ``value`` is a finite number from ``low`` to ``high``."""
    limits = f"from {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
    require(is_number(value) and low <= value <= high, f"{what} is a number {limits}; got {_written(value)}")


def number_above(what: str, value: object, low: float, high: float = math.inf) -> None:
    """Raise ``SpecError`` unless ``value`` is a finite number greater than ``low``, and at most ``high``."""
    limits = f"greater than {low:g}" if high == math.inf else f"greater than {low:g}, up to {high:g}"
    require(is_number(value) and low < value <= high, f"{what} is a number {limits}; got {_written(value)}")


def flag(what: str, value: object) -> None:
    """Raise ``SpecError`` unless ``value`` is True or False."""
    require(isinstance(value, bool), f"{what} is true or false; got {_written(value)}")
