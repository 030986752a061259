"""Validation of specifications: each error is one sentence that gives the value and what was expected."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeGuard, TypeVar

_Made = TypeVar("_Made")

LARGEST_FACTOR = 1e6
"""For a slope, a penalty or an epsilon: far beyond any use, and far from overflow in float32."""
LARGEST_NUMBER = 1e38
"""For any number without a tighter bound: the largest power of ten in float32."""
LARGEST_WHOLE_NUMBER = 10**15
"""For units, sizes, seeds and positions: beyond any use, and exact in a float64."""
_LONGEST = 40


class SpecError(ValueError):
    """A specification is invalid; the message gives the value and what was expected."""


def require(condition: bool, message: str) -> None:
    """Raise ``SpecError`` with ``message`` unless ``condition`` holds."""
    if not condition:
        raise SpecError(message)


def one_of(what: str, value: object, allowed: Iterable[str]) -> None:
    """Raise ``SpecError`` unless ``value`` is among the ``allowed`` names."""
    names = tuple(allowed)
    require(value in names, f"unknown {what} {written(value)}; expected one of {', '.join(names)}")


def made_of(what: str, kinds: Mapping[str, type[_Made]], plain: object) -> _Made:
    """Build one of ``kinds``, which are dataclasses, from a table with its ``kind`` and its settings.

    Raises ``SpecError`` for an unknown kind, and for missing or unknown settings.
    """
    if not isinstance(plain, Mapping):
        raise SpecError(f"{what} is a name, or a table with its kind and its settings; got {written(plain)}")
    settings: dict[str, Any] = {name: value for name, value in plain.items() if name != "kind"}
    kind: Any = plain.get("kind")
    one_of(what, kind, kinds)
    known: dict[str, Any] = {field.name: field for field in fields(kinds[kind])}  # type: ignore[arg-type]
    for name in settings:
        require(name in known, f"{kind} has no {written(name)}; it has {', '.join(known) or 'no settings'}")
    for name, field in known.items():
        is_needed = field.default is MISSING and field.default_factory is MISSING
        require(name in settings or not is_needed, f"{kind} needs {name}")
    return kinds[kind](**settings)


def is_number(value: object) -> TypeGuard[float]:
    """Whether ``value`` is a finite number; True and False are not numbers here."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of hundreds of digits
        return False


def is_whole(value: object, low: int, high: int = LARGEST_WHOLE_NUMBER) -> TypeGuard[int]:
    """Whether ``value`` is a whole number from ``low`` to ``high``; True and False are not numbers here."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def written(value: object) -> str:
    """The value for a message, shortened; Python itself refuses to write integers of thousands of digits."""
    if isinstance(value, int) and value.bit_length() > 4 * _LONGEST:
        return "a whole number of hundreds of digits"
    try:
        whole = repr(value)
    except (ValueError, RecursionError):
        return "a value too long to write"
    return whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1] + "…"


def number_from(what: str, value: object, low: float, high: float = LARGEST_NUMBER) -> None:
    """Raise ``SpecError`` unless ``value`` is a finite number from ``low`` to ``high``."""
    limits = f"from {low:g}" if high == LARGEST_NUMBER and not _is_above(value, high) else f"from {low:g} to {high:g}"
    require(is_number(value) and low <= value <= high, f"{what} is a number {limits}; got {written(value)}")


def number_above(what: str, value: object, low: float, high: float = LARGEST_NUMBER) -> None:
    """Raise ``SpecError`` unless ``value`` is a finite number greater than ``low``, and at most ``high``."""
    named = high != LARGEST_NUMBER or _is_above(value, high)
    limits = f"greater than {low:g}, up to {high:g}" if named else f"greater than {low:g}"
    require(is_number(value) and low < value <= high, f"{what} is a number {limits}; got {written(value)}")


def _is_above(value: object, high: float) -> bool:
    """Whether the value is a number above ``high``, so that the message has to give a bound it otherwise omits."""
    return isinstance(value, int | float) and value > high


def flag(what: str, value: object) -> None:
    """Raise ``SpecError`` unless ``value`` is True or False."""
    require(isinstance(value, bool), f"{what} is true or false; got {written(value)}")


def check_size(what: str, number: object) -> None:
    """Raise ``SpecError`` unless ``number`` is a whole number from 1 to ``LARGEST_WHOLE_NUMBER``."""
    is_too_large = isinstance(number, int) and number > LARGEST_WHOLE_NUMBER
    require(not is_too_large, f"{what}, and at most {LARGEST_WHOLE_NUMBER:,}; got {written(number)}")
    require(is_whole(number, 1), f"{what}, not {written(number)}")
