"""How a specification refuses what cannot be: one sentence with what was given and what was expected."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeGuard


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
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def number_from(what: str, value: object, low: float, high: float = math.inf) -> None:
    """Raise ``SpecError`` unless ``value`` is a finite number from ``low`` to ``high``."""
    limits = f"from {low:g}" if high == math.inf else f"from {low:g} to {high:g}"
    require(is_number(value) and low <= value <= high, f"{what} is a number {limits}; got {value!r}")


def number_above(what: str, value: object, low: float) -> None:
    """Raise ``SpecError`` unless ``value`` is a finite number greater than ``low``."""
    require(is_number(value) and value > low, f"{what} is a number greater than {low:g}; got {value!r}")


def flag(what: str, value: object) -> None:
    """Raise ``SpecError`` unless ``value`` is True or False."""
    require(isinstance(value, bool), f"{what} is true or false; got {value!r}")
