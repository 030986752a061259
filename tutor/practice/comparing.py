"""Compares values that a learner's function returned with those that are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Difference = Literal["nothing", "type", "count", "shape", "numbers"]
SINGLE_PRECISION = 1e-4
"""The tolerance for float32, which keeps about seven digits of each step."""


@dataclass(frozen=True)
class Unlike:
    """How two values differ first: which of those returned, and in numbers at which index, got and expected."""

    difference: Difference
    part: int = 0
    index: tuple[int, ...] = ()
    got: Any = None
    expected: Any = None


def as_numbers(value: Any) -> NDArray[Any] | None:
    """The value as an array of numbers; None if it is none. A list is none: the function is to return an array."""
    if isinstance(value, np.ndarray | np.generic | float | int):
        return np.asarray(value)
    return None


def as_parts(value: Any, expected: tuple[NDArray[Any], ...]) -> Any:
    """The value; an array that holds several parts one after the other as a tuple, for it unpacks to the same."""
    shapes = {each.shape for each in expected}
    if len(expected) > 1 and isinstance(value, np.ndarray) and shapes == {value.shape[1:]}:
        return tuple(value) if len(value) == len(expected) else value
    return value


def unlike(got: Any, expected: tuple[NDArray[Any], ...], tolerance: float) -> Unlike | None:
    """The first difference from the arrays that a function should return, a tuple of them if several; None if alike."""
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


def _unlike(got: Any, right: NDArray[Any], tolerance: float) -> Unlike | None:
    numbers = as_numbers(got)
    if got is None:
        return Unlike("nothing")
    if numbers is None:
        return Unlike("type", got=getattr(got, "type", type(got).__name__), expected=right.shape)
    if numbers.shape != right.shape:
        return Unlike("shape", got=numbers.shape, expected=right.shape)
    wrong = ~close(numbers, right, tolerance)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return Unlike("numbers", 0, index, numbers[index].item(), right[index].item())


def close(got: NDArray[Any], right: NDArray[Any], tolerance: float) -> NDArray[np.bool_]:
    """Where two arrays of one shape agree; nan agrees with nan, and each infinity with itself."""
    scale = 1.0
    if got.dtype in (np.float32, np.float16):
        tolerance = max(tolerance, SINGLE_PRECISION)
        # Where large numbers cancel, what is left has their rounding and not its own.
        scale = float(np.abs(right[np.isfinite(right)]).max(initial=1.0))
    with np.errstate(all="ignore"):
        return np.asarray(np.isclose(got, right, rtol=tolerance, atol=tolerance * 1e-2 * scale, equal_nan=True))
