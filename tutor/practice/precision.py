"""Holds a program that works in single precision to what that can give, also where it returns float64 in the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tutor.practice.runner.client import Call, Outcome

_SINGLE = (np.float32, np.float16)


def in_single(outcome: Outcome) -> Outcome:
    """The outcome with the values in float32 of each call that kept float32 in a variable.

    NumPy's product of a float32 and a float64 array is float64, and has the rounding of the former.
    """
    return replace(outcome, calls=tuple(_in_single(call) for call in outcome.calls))


def _in_single(call: Call) -> Call:
    numbers = [value for value in call.locals.values() if isinstance(value, np.ndarray | np.generic)]
    if any(each.dtype in _SINGLE for each in numbers):
        return replace(call, value=rounded(call.value))
    return call


def rounded(value: Any) -> Any:
    """The value, or a tuple or list of values, in float32 where it is float64."""
    if isinstance(value, tuple | list):
        return type(value)(rounded(each) for each in value)
    if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype == np.float64):
        with np.errstate(all="ignore"):
            return np.float32(value)
    return value
