"""Losses of two weights for watching optimizers: their formulas, slopes and second derivatives.

Each formula is written once, for a point p: p.x, p.y, the steepness p.k, and constants as p.c(…). A point of numbers
or arrays computes it, a point of derivation cells writes it down.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from tutor.engine.derivations.derivation import Cell
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer

Rule = Callable[[Any], Any]


@dataclass(frozen=True)
class Surface:
    """A loss of two weights w₁ and w₂ with its slopes along them.

    ``bends`` are the second derivatives along w₁, along w₂ and, if it is not 0 everywhere, the mixed one. ``code`` is
    the formula in Python. ``logarithmic``: the loss is never below 0 and so steep that its logarithm is shown.
    """

    formula: str
    slope_formulas: tuple[str, str]
    value: Rule
    slopes: tuple[Rule, Rule]
    bends: tuple[Rule, ...]
    code: str
    logarithmic: bool = False


SURFACES = {
    "bowl": Surface(
        "½·(w₁² + w₂²)", ("w₁", "w₂"), lambda p: p.c(0.5) * (p.x * p.x + p.y * p.y),
        (lambda p: p.x, lambda p: p.y), (lambda p: p.c(1), lambda p: p.c(1)), "0.5 * (w[0]**2 + w[1]**2)",
    ),
    "valley": Surface(
        "½·(w₁² + k·w₂²)", ("w₁", "k·w₂"), lambda p: p.c(0.5) * (p.x * p.x + p.k * p.y * p.y),
        (lambda p: p.x, lambda p: p.k * p.y), (lambda p: p.c(1), lambda p: p.k),
        "0.5 * (w[0]**2 + k * w[1]**2)", True,
    ),
    "saddle": Surface(
        "½·(w₁² − w₂²)", ("w₁", "−w₂"), lambda p: p.c(0.5) * (p.x * p.x - p.y * p.y),
        (lambda p: p.x, lambda p: -p.y), (lambda p: p.c(1), lambda p: p.c(-1)), "0.5 * (w[0]**2 - w[1]**2)",
    ),
    "two minima": Surface(
        "(w₁² − 4)² / 8 + w₁/2 + w₂²/2", ("w₁·(w₁² − 4)/2 + ½", "w₂"),
        lambda p: (p.x * p.x - p.c(4)) * (p.x * p.x - p.c(4)) * p.c(0.125) + p.c(0.5) * p.x + p.c(0.5) * p.y * p.y,
        (lambda p: p.c(0.5) * p.x * (p.x * p.x - p.c(4)) + p.c(0.5), lambda p: p.y),
        (lambda p: p.c(1.5) * p.x * p.x - p.c(2), lambda p: p.c(1)),
        "((w[0]**2 - 4)**2 / 8\n            + w[0] / 2 + w[1]**2 / 2)",
    ),
    "banana": Surface(
        "(1 − w₁)² + k·(w₂ − w₁²)²", ("2·(w₁ − 1) − 4·k·w₁·(w₂ − w₁²)", "2·k·(w₂ − w₁²)"),
        lambda p: (p.c(1) - p.x) * (p.c(1) - p.x) + p.k * (p.y - p.x * p.x) * (p.y - p.x * p.x),
        (
            lambda p: p.c(2) * (p.x - p.c(1)) - p.c(4) * p.k * p.x * (p.y - p.x * p.x),
            lambda p: p.c(2) * p.k * (p.y - p.x * p.x),
        ),
        (
            lambda p: p.c(2) - p.c(4) * p.k * (p.y - p.c(3) * p.x * p.x),
            lambda p: p.c(2) * p.k,
            lambda p: -(p.c(4) * p.k * p.x),
        ),
        "((1 - w[0])**2\n            + k * (w[1] - w[0]**2)**2)", True,
    ),
}  # fmt: skip


def place(x: Any, y: Any, k: float) -> SimpleNamespace:
    """A point that computes a formula; ``x`` and ``y`` may be arrays."""
    return SimpleNamespace(x=x, y=y, k=k, c=float)


class WrittenPlace:
    """A point that writes down a formula. A cell counts as an operand only if the formula uses it."""

    def __init__(self, n: Writer, x: Cell, y: Cell, k: Cell) -> None:
        self.c, self._cells = n, {"x": x, "y": y, "k": k}

    def __getattr__(self, name: str) -> Expression:
        return self.c(self._cells[name])


def largest_curvature(bends: np.ndarray) -> float:
    """The largest eigenvalue of the second derivatives: the largest curvature."""
    if len(bends) == 2:
        return float(bends.max())
    along, across, mixed = bends
    return float((along + across) / 2 + np.sqrt(((along - across) / 2) ** 2 + mixed**2))
