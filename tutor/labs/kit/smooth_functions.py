"""A few functions of one number with their derivatives: what the labs on slopes choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, exp


@dataclass(frozen=True)
class SmoothFunction:
    """A function of one number and its derivative, each as arithmetic on cells of any shape.

    ``formula``, ``slope_formula`` and ``program``, Python with Keras's ``ops``, have ``{x}`` where the number goes.
    """

    formula: str
    slope_formula: str
    program: str
    value: Callable[[Cells], Cells]
    slope: Callable[[Cells], Cells]


def _always(number: float) -> Callable[[Cells], Cells]:
    """A function that has the same value everywhere."""
    return lambda x: constant(lambda: np.full_like(x.values, number))


SMOOTH = {
    "line": SmoothFunction("2·{x} + 1", "2", "2 * {x} + 1", lambda x: 2 * x + 1, _always(2.0)),
    "square": SmoothFunction("{x}²", "2·{x}", "{x}**2", lambda x: x * x, lambda x: 2 * x),
    "cube": SmoothFunction("{x}³", "3·{x}²", "{x}**3", lambda x: x * x * x, lambda x: 3 * x * x),
    "hill": SmoothFunction("4 − {x}²", "−2·{x}", "4 - {x}**2", lambda x: 4 - x * x, lambda x: -2 * x),
    "exp": SmoothFunction("e^{x}", "e^{x}", "ops.exp({x})", exp, exp),
}
"""The functions by their words. Source: https://en.wikipedia.org/wiki/Differentiation_rules"""
