"""The constants and functions allowed in the arithmetic of an answer."""

from __future__ import annotations

import math
from collections.abc import Callable

CONSTANTS = {"e": math.e, "pi": math.pi}
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)),
    "abs": abs,
}
FUNCTIONS["sigma"] = FUNCTIONS["sigmoid"]
LISTS: dict[str, Callable[..., float]] = {"max": max, "min": min}
"""Functions of several numbers, separated by semicolons or commas."""
NAMES = (*FUNCTIONS, *LISTS, *CONSTANTS)
