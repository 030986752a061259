"""The loss around w with the lines through its points, closer and closer; gradients, digits and passes as bars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet

CODES = ("right", "no 2", "no f′", "no x", "sign")
"""The five programs, as the labels of bars."""
FACTORS = ("2", "x", "f′", "−1")
PASSES = ("forward", "central", "backward")
WEIGHTS = np.linspace(-3.0, 3.0, 121)
"""The weights over which the whole loss is drawn."""
STEPS = np.linspace(-3.0, 3.0, 121)
"""How far from w the loss is drawn, in steps of h."""

Array = NDArray[Any]
Loss = Callable[[Array], Array]
"""The losses of weights, in the precision of the weights."""


def secant(name: str, loss: Loss, w: float, h: float, *, central: bool) -> Curve:
    """The loss around w, with the line through w and w + h; and with the one through w − h and w + h if asked for."""
    ws = w + h * STEPS
    here, up, down = (float(value) for value in loss(np.array([w, w + h, w - h])))
    forward = here + (up - here) * STEPS
    lines = [_series("L", ws, loss(ws)), _series("through w, w + h", ws, forward)]
    if central:
        lines.append(_series("through w − h, w + h", ws, (up + down) / 2 + (up - down) / 2 * STEPS))
    return _filling(Curve(name, "loss", "w", tuple(lines), marker=(w, here)))


def bowl(loss: Loss, w: float) -> Curve:
    """The loss over every weight that can be chosen, from 0, and where w is."""
    line = _series("L", WEIGHTS, loss(WEIGHTS))
    return Curve("bowl", "loss over w", "w", (line,), low=0.0, marker=(w, float(loss(np.array(w)))))


def zoom(loss: Loss, w: float, h: float, precision: str, gradient: float) -> Curve:
    """What the loss gains for each h that w moves, as computed, and what the code's gradient says that it gains."""
    number = np.dtype(precision).type
    ws = number(w) + number(h) * STEPS.astype(precision)
    gained = (loss(ws) - loss(np.array([number(w)]))) / number(h)
    lines = _series("as computed", STEPS, gained), _series("the code", STEPS, gradient * STEPS)
    return _filling(Curve("zoom", "(L − L(w)) / h", "steps of h from w", lines))


def error_curve(
    name: str, k: Array, lines: tuple[tuple[str, Array], ...], marker: tuple[float, float],
    label: str = "log₁₀ of the error",
) -> Curve:  # fmt: skip
    """log₁₀ of relative errors for each k. The best steps are told by all lines but the first."""
    first, *others = (_series(of, k, ys) for of, ys in lines)
    telling = (replace(line, tells=("best",)) for line in others)
    return Curve(name, label, "k", (first, *telling), marker=marker)


def draw_bars(sheet: Sheet) -> None:
    """The five gradients and where a step with each leads; the suspects beside the ratio; digits; passes."""
    gradients = BarPanel("gradient", CODES, low=None), sheet["gradients"]
    gained = BarPanel("what the loss gains in a step", CODES, low=None, digits=4), sheet["gained"]
    sheet.bars("codes", "", [gradients, gained])

    given = sheet.give("left out", np.array([2.0, -1.0]))
    factors = stacked([given[0], sheet["x"], sheet["slope"], given[1]])
    ratio = stacked([sheet["ratio"]])
    seen = [v for v in (*factors.values.tolist(), *ratio.values.tolist()) if np.isfinite(v)]
    scale = {"low": min(0.0, *seen), "high": max(0.0, *seen)}
    sheet.bars(
        "suspects",
        "which factor is the ratio?",
        [(BarPanel("factors", FACTORS, **scale), factors), (BarPanel("ratio", ("ratio",), **scale), ratio)],
    )
    digits = BarPanel("digits", ("held", "cancelled", "left"), digits=1), sheet["digits"]
    sheet.bars("digits_bars", "of L(w + h) − L(w − h)", [digits])
    passes = stacked([sheet["costs"][0], sheet["costs"][1], sheet.give("forward and back", np.array(2.0))])
    scaled = BarPanel("passes", PASSES, high=sheet["costs"].values[1], digits=0)
    sheet.bars("passes", "for all weights, once", [(scaled, passes)])


def _filling(curve: Curve) -> Curve:
    """The curve with an axis from its lowest point to its highest, so that its slope is seen."""
    ys = [y for series in curve.series for y in series.ys if np.isfinite(y)]
    return replace(curve, low=min(ys, default=0.0), high=max(ys, default=1.0))


def _series(label: str, xs: Array, ys: Array) -> Series:
    return Series(label, tuple(xs.astype(float).tolist()), tuple(ys.astype(float).tolist()))
