"""The derivative: the slope between two points of a curve, closer and closer, and a step downhill by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, NumberControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.smooth_functions import SMOOTH, SmoothFunction
from tutor.training.keras_program import KerasProgram

REACH, POINTS = 3.0, 61
STEPS = (1.0, 0.1, 0.01, 0.001)
DOWNHILL = {1: "to the left", 0: "it is level", -1: "to the right"}
STEEP = {1: "rises", 0: "is level", -1: "falls"}


class DerivativeLab(Lab):
    """A function f at x and at x + h: two points, the slope between them, and the derivative."""

    id = "derivative"
    title = "How steep is it here?"

    def controls(self) -> tuple[Control, ...]:
        """The function, the place, the distance to the second point; how far a step goes."""
        return (
            ChoiceControl("f", "function f", tuple(SMOOTH), "square", "the curve"),
            NumberControl("x", "place x", -REACH, REACH, 0.5, 1.0, help="where the slope is asked"),
            NumberControl(
                "h", "distance h", 0.001, 2, 0.5, 1.0, choices=(0.001, 0.01, 0.1, 0.5, 1, 2), help="to the second point"
            ),
            NumberControl("rate", "step size", 0, 2, 0.1, 0.1, help="multiplies the slope"),
        )

    def groups(self) -> tuple[Group, ...]:
        """The curve; the slope between two points; the derivative; a step."""
        return (
            Group("The curve", ("f", "formula", "x", "y", "curve")),
            Group("Between two points", ("h", "above", "rise", "between", "secant", "triangle", "closer")),
            Group("The derivative", ("slope", "rule", "steep", "tangent", "slopes")),
            Group("A step downhill", ("rate", "downhill", "next_x", "next_y", "gained", "step")),
        )

    def fill(self, sheet: Sheet) -> None:
        """f at both points, the slope between them for h and for smaller ones, f′(x), and a step against it."""
        f = SMOOTH[self.word("f")]
        x, h = sheet["x"], sheet["h"]
        at_x, formula = f.formula.format(x="x"), f.slope_formula.format(x="x")
        sheet.text("formula", "f(x)", at_x)
        y = sheet.number("y", "f(x)", f.value(x), at_x)
        second = sheet.let("x + h", x + h, "x + h")
        above = sheet.number("above", "f(x + h)", f.value(second), f.formula.format(x="(x + h)"))
        rise = sheet.number("rise", "rise", above - y, "f(x + h) − f(x)")
        between = sheet.number("between", "slope between the points", rise / h, "rise / h")
        sizes = constant(np.array(STEPS))
        ends = sheet.let("ends", f.value(x + sizes), f.formula.format(x="(x + h)"))
        quotients = sheet.let("quotients", (ends - y) / sizes, "(f(x + h) − f(x)) / h")
        sheet.table(
            "closer", "closer and closer", ("h", "slope"), [f"{each:g}" for each in STEPS], (quotients,), digits=5
        )

        slope = sheet.number("slope", "derivative f′(x)", f.slope(x), formula)
        sheet.text("rule", "f′(x)", formula)
        sign = int(np.sign(round(slope.number, 9)))
        sheet.text("steep", "at x the curve", STEEP[sign])
        sheet.text("downhill", "downhill is", DOWNHILL[sign])
        next_x = sheet.number("next_x", "new x", x - sheet["rate"] * slope, "x − step size·slope")
        next_y = sheet.number("next_y", "f(new x)", f.value(next_x), f.formula.format(x="(new x)"))
        sheet.number("gained", "f(new x) − f(x)", next_y - y, "f(new x) − f(x)")
        heights = stacked([y, above, rise])
        parts = BarPanel("heights", ("f(x)", "f(x + h)", "rise"), low=None), BarPanel("slope", ("rise / h",), low=None)
        sheet.bars("triangle", "rise and slope", list(zip(parts, (heights, stacked([between])), strict=True)))
        self._draw(sheet, f, slope.number)

    def _draw(self, sheet: Sheet, f: SmoothFunction, slope: float) -> None:
        """The curve with the line through two points, with its tangent, with a step; the slope over all x."""
        x, y, h, new = (sheet[name].number for name in ("x", "y", "h", "next_x"))
        left, right = min(-REACH, new), max(REACH, new)
        xs = np.linspace(left, right, POINTS)
        here = x, y

        def line(label: str, ys: Cells) -> Series:
            return Series(label, tuple(xs.tolist()), tuple(ys.values.tolist()))

        def drawn(name: str, label: str, *more: Series) -> Curve:
            lines = line("f", f.value(constant(xs))), *more
            return Curve(name, label, "x", lines, marker=here, marker_label="x")

        through = Series("through both points", *_along(x, y, sheet["between"].number, h), "aid")
        tangent = Series("tangent", *_along(x, y, slope, 0.0), "aid", tells=("slope",))
        step = Series("step", (x, new), (y, sheet["next_y"].number), "aid", tells=("next_x", "next_y"))
        sheet.show("curve", lambda: drawn("curve", "f"))
        sheet.show("secant", lambda: drawn("secant", "f, and the line through two points", through))
        sheet.show("tangent", lambda: drawn("tangent", "f and its tangent", tangent))
        sheet.show("step", lambda: drawn("step", "f and a step", step))
        slopes = replace(line("f′", f.slope(constant(xs))), tells=("slope",))
        sheet.show("slopes", lambda: Curve("slopes", "the slope at each x", "x", (slopes,), marker=(x, slope)))

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A function times a function, as x² is made; the rest stands in the lab."""
        return Cells.__mul__, type(self).fill

    def keras_program(self) -> KerasProgram:
        """The derivative by the tape."""
        written = SMOOTH[self.word("f")].program.format(x="x")
        source = f"""\
import tensorflow as tf
from keras import ops

x = tf.Variable({self.number("x")}, dtype="float64")

with tf.GradientTape() as tape:
    y = {written}
slope = tape.gradient(y, x)
next_x = x - {self.number("rate")} * slope
"""
        return KerasProgram(source, {"y": "y", "slope": "slope", "next_x": "next_x"})


def _along(x: float, y: float, slope: float, h: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The line through (x, y) with this slope, first (x, y), then beyond x + h and left of x; a steep one is short."""
    half = 1.5 / (1 + abs(slope) / 6)
    xs = x, x + h + half, x - half
    return xs, tuple(y + slope * (at - x) for at in xs)
