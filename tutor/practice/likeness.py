"""How wrong numbers relate to the right ones: the same times 2, the other sign, transposed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.practice.comparing import close

_FACTORS: tuple[tuple[float, str], ...] = (
    (-1.0, "Every number has the other sign."),
    (2.0, "Every number is twice as large: is a factor ½ missing, or a 2 too many?"),
    (0.5, "Every number is half as large: is a factor 2 missing?"),
    (math.log(10), "Every number is the natural logarithm of 10 times as large: the logarithm here has base e."),
    (1 / math.log(10), "Every number is 2.303 times too small: the logarithm here has base e, not 10."),
    (1 / math.log(2), "Every number is 1.443 times too large: the logarithm here has base e, not 2."),
)


def likeness(got: NDArray[Any], right: NDArray[Any], tolerance: float, inputs: Mapping[str, Any]) -> str:
    """A sentence on how all numbers of one shape relate to the right ones; empty if there is no simple relation."""
    if not np.isfinite(got.astype(np.complex128)).all():
        return "It holds numbers that are not finite." if np.isfinite(right).all() else ""
    if got.ndim == 2 and got.shape[0] == got.shape[1] > 1 and close(got, right.T, tolerance).all():
        return "It is transposed: rows and columns have changed places."
    if right.size > 1 and close(got, np.flip(right, -1), tolerance).all():
        return "The numbers are in the opposite order."
    if right.size > 1 and close(1 - got, right, tolerance).all():
        return "Every number is 1 minus what it should be."
    for factor, sentence in _FACTORS:
        if close(got, factor * right, tolerance).all():
            return sentence
    for size, names in _sizes(inputs).items():
        if close(got, size * right, tolerance).all():
            return f"Every number is {size} times too large: is 1/{size} missing? {size} is {names}."
        if close(got * size, right, tolerance).all():
            return f"Every number is divided by {size} once too often; {size} is {names}."
    shift = got - right
    if right.size > 1 and close(shift, np.full(shift.shape, shift.flat[0]), tolerance).all():
        return f"Every number is off by the same {float(np.real(shift.flat[0])):.4g}.".replace("-", "−")
    return ""


def alike_each_time(results: Sequence[tuple[Any, NDArray[Any], Mapping[str, Any]]], tolerance: float) -> bool:
    """Whether there is such a relation in each of several results, got and right, with their inputs.

    One number alone is easily twice another by chance.
    """
    said = [likeness(np.asarray(got), right, tolerance, inputs) for got, right, inputs in results]
    return len(said) > 1 and all(said)


def _sizes(inputs: Mapping[str, Any]) -> dict[int, str]:
    """The sizes above 2 that the inputs have, and where they occur."""
    found: dict[int, list[str]] = {}
    for name, value in inputs.items():
        for axis, size in enumerate(np.shape(value)) if isinstance(value, np.ndarray) else ():
            if size > 2:
                where = "the length of" if value.ndim == 1 else f"the size of axis {axis} of"
                found.setdefault(size, []).append(f"{where} {name}")
    return {size: " and ".join(names) for size, names in found.items()}
