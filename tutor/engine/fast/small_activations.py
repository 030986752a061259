"""Activations and their slopes as lists of NumPy calls on given arrays (units, batch), for ``small_step``.

The frequent ones have calls of their own; the others call the functions of ``activations``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.activations import ELEMENTWISE, softmax
from tutor.engine.parameters import Array

Call = tuple[Callable[..., object], tuple[Any, ...]]
"""A function and its arguments, the arrays that it writes included."""

IN_PLACE = ("linear", "tanh", "sigmoid", "relu")
"""Their slopes do not need z, so that the output can take its place."""
MOST_COMPARED = 4
"""Up to this many rows are compared one after the other: a reduction takes as long as four other calls."""


def activation_calls(name: str, z: Array, out: Array, slope: Array) -> list[Call]:
    """Write f(z) to ``out``, which may be ``z`` for those ``IN_PLACE``; relu writes its ``slope`` already here."""
    match name:
        case "linear":
            return []
        case "tanh":
            return [(np.tanh, (z, out))]
        case "sigmoid":
            one = np.ones((), z.dtype)
            return [
                (np.negative, (z, out)),
                (np.exp, (out, out)),
                (np.add, (out, one, out)),
                (np.reciprocal, (out, out)),
            ]
        case "relu":
            # ``np.maximum`` takes as long as five other calls, and ``np.fmax`` would hide a NaN.
            return [(np.heaviside, (z, np.zeros((), z.dtype), slope)), (np.multiply, (z, slope, out))]
        case "softmax":
            return [(assign, (out.T, softmax, z.T))]
    return [(assign, (out, ELEMENTWISE[name].function, z))]


def slope_calls(name: str, z: Array, out: Array, slope: Array) -> list[Call]:
    """Write f′ to ``slope``; linear and softmax have none, and that of relu is there already."""
    one = np.ones((), out.dtype)
    match name:
        case "linear" | "softmax" | "relu":
            return []
        case "tanh":
            return [(np.multiply, (out, out, slope)), (np.subtract, (one, slope, slope))]
        case "sigmoid":
            return [(np.subtract, (one, out, slope)), (np.multiply, (out, slope, slope))]
    return [(assign, (slope, ELEMENTWISE[name].slope, z, out))]


def softmax_calls(z: Array, out: Array) -> list[Call]:
    """Write the softmax of each column of ``z`` to ``out``."""
    largest, total = np.empty((2, 1, z.shape[1]), z.dtype)
    first, *others = z
    calls: list[Call]
    # Which of a NaN and a number is the larger does not matter here: a column with a NaN becomes NaN in any case.
    if not others or len(others) >= MOST_COMPARED:
        calls = [(np.fmax.reduce, (z, 0, None, largest[0]))]
    else:
        calls = [(np.fmax, (first, others[0], largest[0]))]
        calls += [(np.fmax, (largest[0], row, largest[0])) for row in others[1:]]
    return [
        *calls,
        (np.subtract, (z, largest, out)),
        (np.exp, (out, out)),
        (np.ones((1, len(z)), z.dtype).dot, (out, total)),
        (np.divide, (out, total, out)),
    ]


def assign(out: Array, function: Callable[..., Array], *arguments: Array) -> None:
    """Write what the function returns to ``out``."""
    out[...] = function(*arguments)
