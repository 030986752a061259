"""Compares values that a learner's function returned with those that are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tutor.language.catalogue import N_

Difference = Literal["nothing", "type", "count", "shape", "numbers", "entry"]
Path = tuple[int | str, ...]
"""Where a value is in another: an index in each axis of an array, or from list to list and key to key."""
_LARGEST_WHOLE = 2**63
"""NumPy has no whole numbers from here on."""
SINGLE_PRECISION = 1e-4
"""The tolerance for float32, which keeps about seven digits of each step."""


@dataclass(frozen=True)
class Absent:
    """What stands for an entry of a list or a dict that is not there."""


@dataclass(frozen=True)
class Unlike:
    """How two values differ first: which of those returned, at which index in it, what is there and what should be.

    ``numbers`` is a number of an array, ``entry`` one of a list, a dict or what else is no array.
    """

    difference: Difference
    part: int = 0
    index: Path = ()
    got: Any = None
    expected: Any = None


def as_numbers(value: Any) -> NDArray[Any] | None:
    """The value as an array of numbers; None if it is none. A list is none: the function is to return an array."""
    if isinstance(value, int) and abs(value) >= _LARGEST_WHOLE:
        return None
    if isinstance(value, np.ndarray | np.generic | float | int):
        return np.asarray(value)
    return None


def as_parts(value: Any, expected: tuple[Any, ...]) -> Any:
    """The value; an array that holds several parts one after the other as a tuple, for it unpacks to the same."""
    shapes = {getattr(each, "shape", None) for each in expected}
    if len(expected) > 1 and isinstance(value, np.ndarray) and shapes == {value.shape[1:]}:
        return tuple(value) if len(value) == len(expected) else value
    return value


def unlike(got: Any, expected: tuple[Any, ...], tolerance: float) -> Unlike | None:
    """The first difference from the values that a function should return, a tuple of them if several; None if alike.

    Each is an array, or a dict, a list or a text.
    """
    parts = got if len(expected) > 1 else (got,)
    if got is None:
        return Unlike("nothing")
    if not isinstance(parts, tuple | list):
        return Unlike("count", got=1, expected=len(expected))
    if len(parts) != len(expected):
        return Unlike("count", got=len(parts), expected=len(expected))
    for number, (one, right) in enumerate(zip(parts, expected, strict=True)):
        found = _unlike(one, right, tolerance)
        if found is not None:
            return Unlike(found.difference, number, found.index, found.got, found.expected)
    return None


def _unlike(got: Any, right: Any, tolerance: float) -> Unlike | None:
    if got is None and right is not None:
        return Unlike("nothing", expected=_kind(right))
    if not isinstance(right, np.ndarray):
        found = _unlike_nested(got, right, tolerance, ())
        if found is not None and not found.index and type(got) is not type(right):
            return Unlike("type", got=_type_name(got), expected=_kind(right))
        return found
    numbers = as_numbers(got)
    if numbers is None:
        return Unlike("type", got=_type_name(got), expected=_kind(right))
    if numbers.shape != right.shape:
        return Unlike("shape", got=numbers.shape, expected=right.shape)
    wrong = ~close(numbers, right, tolerance)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return Unlike("numbers", 0, index, numbers[index].item(), right[index].item())


def _unlike_nested(got: Any, right: Any, tolerance: float, path: Path) -> Unlike | None:
    """The first difference in the order of the right one. What both have is compared before what one has alone."""
    entries, wanted = _entries(got), _entries(right)
    if wanted is None:
        return None if same_entry(got, right, tolerance) else Unlike("entry", 0, path, got, right)
    if entries is None or isinstance(got, dict) != isinstance(right, dict):
        return Unlike("entry", 0, path, got, right)
    for name, value in wanted.items():
        if name in entries:
            found = _unlike_nested(entries[name], value, tolerance, (*path, name))
            if found is not None:
                return found
    for name in (*wanted, *entries):
        if name not in entries or name not in wanted:
            return Unlike("entry", 0, (*path, name), entries.get(name, Absent()), wanted.get(name, Absent()))
    return None


def _entries(value: Any) -> dict[Any, Any] | None:
    """The entries of a dict, or those of a list by their index; None for anything else."""
    if isinstance(value, list | tuple):
        return dict(enumerate(value))
    return value if isinstance(value, dict) else None


def same_entry(got: Any, right: Any, tolerance: float) -> bool:
    """Whether two values that are no lists and no dicts are the same: numbers within the tolerance, texts exactly."""
    a, b = as_numbers(got), as_numbers(right)
    if a is not None and b is not None:
        return a.shape == b.shape and bool(close(a, b, tolerance).all())
    return a is None and b is None and type(got) is type(right) and bool(got == right)


def _kind(right: Any) -> str:
    if isinstance(right, np.ndarray):
        return N_("an array") if right.shape else N_("a number")
    return f"a {type(right).__name__}"


def _type_name(value: Any) -> str:
    return str(getattr(value, "type", type(value).__name__))


def close(got: NDArray[Any], right: NDArray[Any], tolerance: float) -> NDArray[np.bool_]:
    """Where two arrays of one shape agree; nan agrees with nan, and each infinity with itself."""
    scale = 1.0
    if got.dtype in (np.float32, np.float16):
        tolerance = max(tolerance, SINGLE_PRECISION)
        # Where large numbers cancel, what is left has their rounding and not its own.
        scale = float(np.abs(right[np.isfinite(right)]).max(initial=1.0))
    with np.errstate(all="ignore"):
        return np.asarray(np.isclose(got, right, rtol=tolerance, atol=tolerance * 1e-2 * scale, equal_nan=True))
