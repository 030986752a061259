"""An optimizer's path on a loss of two weights, and the derivation of each of its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.derivation import Cell, show
from tutor.engine.derivations.expressions import Expression, exp, ln, root
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop
from tutor.engine.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, rate
from tutor.engine.updates import adam_step_size, clip, memory_names, update
from tutor.labs.gradient_descent.surfaces import SURFACES, WrittenPlace, place

Array = NDArray[np.float64]
FAR = 1e6
"""A path beyond this distance has diverged and ends."""


@dataclass(frozen=True)
class Descent:
    """A path, row by row: row t is the state before step t, counted from 0; ``w`` is (rows, 2).

    ``memory`` is the optimizer's, by the names of ``updates.memory_names``.
    """

    w: Array
    gradient: Array
    norm: Array
    clipped: Array
    rate: Array
    loss: Array
    memory: dict[str, Array]


def descend(surface: str, k: float, start: tuple[float, float], optimizer: OptimizerSpec, steps: int) -> Descent:
    """Take ``steps`` steps from ``start``; steps + 1 rows, or fewer if the path diverges."""
    shape = SURFACES[surface]
    w = np.array(start, dtype=np.float64)
    memory = {name: np.zeros(2) for name in memory_names(optimizer)}
    rows: list[tuple[Any, ...]] = []
    for t in range(steps + 1):
        here = place(w[0], w[1], k)
        gradient = np.array([slope(here) for slope in shape.slopes], dtype=np.float64)
        clipped = gradient.copy()
        clip(optimizer, [clipped], clipped)
        eta = rate(optimizer.learning_rate, t)
        before = [vector.copy() for vector in memory.values()]
        rows.append((w.copy(), gradient, np.sqrt(gradient @ gradient), clipped, eta, shape.value(here), *before))
        if not np.abs(w).max() < FAR:
            break
        update(optimizer, w, clipped, memory, t, eta)
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    way, gradient, norm, clipped, rates, loss, *kept = columns
    return Descent(way, gradient, norm, clipped, rates, loss, dict(zip(memory, kept, strict=True)))


def put_surface(sheet: Worksheet, surface: str, name: str, across: Array, down: Array, values: Array) -> None:
    """Add a map of the surface, (down, across), with its coordinates; ``sheet`` has the steepness as ``k``."""
    shape = SURFACES[surface]
    sheet.give(f"{name}.across", across)
    sheet.give(f"{name}.down", down)

    def written(n: Writer, row: int, column: int) -> Expression:
        here = WrittenPlace(n, sheet.cell(f"{name}.across", column), sheet.cell(f"{name}.down", row), sheet.cell("k"))
        value: Expression = shape.value(here)
        return ln(n(1) + value) if shape.logarithmic else value

    formula = f"ln(1 + {shape.formula})" if shape.logarithmic else shape.formula
    sheet.put(name, values, lambda row, column: Form(formula, lambda n: written(n, row, column)))


def put_descent(sheet: Worksheet, name: str, way: Descent, surface: str, optimizer: OptimizerSpec) -> None:
    """Add every number of a path as ``name.w[t,i]``, ``name.gradient[t,i]``, ``name.rate[t]`` and so on.

    ``sheet`` has the controls ``start``, ``k``, ``learning_rate``, ``momentum``, ``decay_rate`` and ``decay_steps``.
    """
    shape = SURFACES[surface]

    def cell(part: str, *index: int) -> Cell:
        return sheet.cell(f"{name}.{part}", *index)

    def at(t: int, rule: Callable[[Any], Any]) -> Callable[[Writer], Expression]:
        return lambda n: rule(WrittenPlace(n, cell("w", t, 0), cell("w", t, 1), sheet.cell("k")))

    def gradient(t: int, i: int) -> Form:
        return Form(shape.slope_formulas[i], at(t, shape.slopes[i]))

    def norm(t: int) -> Form:
        first, second = sheet.cells(f"{name}.gradient", t)
        return Form("√(∂w₁² + ∂w₂²)", lambda n: root(n(first) * n(first) + n(second) * n(second)))

    def clipped(t: int, i: int) -> Form:
        g, length, limit = cell("gradient", t, i), cell("norm", t), optimizer.clipnorm
        if limit is None or length.value <= limit:
            return Form("∂w: nothing to clip" if limit is None else f"∂w: no longer than {show(limit)}", lambda n: n(g))
        return Form("∂w·(clipnorm / ‖∂w‖)", lambda n: n(g) * (n(limit) / n(length)))

    def moved(t: int, i: int) -> Form:
        return (
            Form("start", lambda n: n(sheet.cell("start", i))) if t == 0 else _new_w(optimizer, cell, sheet, t - 1, i)
        )

    sheet.put(f"{name}.w", way.w, moved)
    sheet.put(f"{name}.gradient", way.gradient, gradient)
    sheet.put(f"{name}.norm", way.norm, norm)
    sheet.put(f"{name}.clipped", way.clipped, clipped)
    sheet.put(f"{name}.loss", way.loss, lambda t: Form(shape.formula, at(t, shape.value)))
    for part, rows in way.memory.items():

        def kept(t: int, i: int, part: str = part) -> Form:
            return (
                Form("0 before the first step", lambda n: n(0))
                if t == 0
                else _kept(optimizer, cell, sheet, part, t - 1, i)
            )

        sheet.put(f"{name}.{part}", rows, kept)
    _put_rates(sheet, name, way, optimizer)


def _put_rates(sheet: Worksheet, name: str, way: Descent, optimizer: OptimizerSpec) -> None:
    eta, r, s = (sheet.cell(control) for control in ("learning_rate", "decay_rate", "decay_steps"))
    match optimizer.learning_rate:
        case CosineDecay():
            # Derivations do not support cosines.
            sheet.give(f"{name}.rate", way.rate)
        case ExponentialDecay():
            sheet.put(
                f"{name}.rate", way.rate,
                lambda t: Form("η·r^(t/s) = η·e^(ln(r)·t/s)", lambda n: n(eta) * exp(ln(n(r)) * n(t) / n(s))),
            )  # fmt: skip
        case InverseTimeDecay():
            sheet.put(
                f"{name}.rate", way.rate,
                lambda t: Form("η / (1 + r·t/s)", lambda n: n(eta) / (n(1) + n(r) * n(t) / n(s))),
            )  # fmt: skip
        case _:
            sheet.put(f"{name}.rate", way.rate, lambda _: Form("the learning rate", lambda n: n(eta)))


def _new_w(optimizer: OptimizerSpec, cell: Callable[..., Cell], sheet: Worksheet, t: int, i: int) -> Form:
    """The formula of a weight after step t."""
    w, g, eta = cell("w", t, i), cell("clipped", t, i), cell("rate", t)
    match optimizer:
        case Adam():
            alpha = adam_step_size(optimizer, np.dtype(np.float64), t, eta.value)
            m, v = cell("m", t + 1, i), cell("v", t + 1, i)
            formula = f"w − α·m / (√(v) + ε), α = η·√(1 − β₂ᵗ) / (1 − β₁ᵗ) at t = {t + 1}"

            def by_adam(n: Writer) -> Expression:
                n.read(eta)
                return n(w) - n(alpha) * n(m) / (root(n(v)) + n(optimizer.epsilon))

            return Form(formula, by_adam)
        case RMSprop():
            s = cell("mean_square", t + 1, i)
            formula = "w − η·∂w / √(s + ε)"
            return Form(formula, lambda n: n(w) - n(eta) * n(g) / root(n(s) + n(optimizer.epsilon)))
        case SGD() if optimizer.momentum and optimizer.nesterov:
            mu, velocity = sheet.cell("momentum"), cell("velocity", t + 1, i)
            return Form("w − η·∂w + μ·velocity", lambda n: n(w) - n(eta) * n(g) + n(mu) * n(velocity))
        case SGD() if optimizer.momentum:
            velocity = cell("velocity", t + 1, i)
            return Form("w + velocity", lambda n: n(w) + n(velocity))
    return Form("w − η·∂w", lambda n: n(w) - n(eta) * n(g))


def _kept(optimizer: OptimizerSpec, cell: Callable[..., Cell], sheet: Worksheet, part: str, t: int, i: int) -> Form:
    """The formula of a number in the optimizer's memory after step t."""
    old, g, eta = cell(part, t, i), cell("clipped", t, i), cell("rate", t)
    match optimizer:
        case Adam() if part == "m":
            return Form("m + (∂w − m)·(1 − β₁)", lambda n: n(old) + (n(g) - n(old)) * (n(1) - n(optimizer.beta_1)))
        case Adam():
            formula = "v + (∂w·∂w − v)·(1 − β₂)"
            return Form(formula, lambda n: n(old) + (n(g) * n(g) - n(old)) * (n(1) - n(optimizer.beta_2)))
        case RMSprop():
            formula = "ρ·s + (1 − ρ)·∂w·∂w"
            return Form(formula, lambda n: n(optimizer.rho) * n(old) + (n(1) - n(optimizer.rho)) * (n(g) * n(g)))
    mu = sheet.cell("momentum")
    return Form("μ·velocity − η·∂w", lambda n: n(mu) * n(old) - n(eta) * n(g))
