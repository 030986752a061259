"""The chain rule: one function after another, the slope of each at its own place, and their product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, NumberControl
from tutor.labs.kit.readouts import Curve, Edge, Node, Series
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.smooth_functions import SMOOTH, SmoothFunction
from tutor.training.keras_program import KerasProgram

REACH, POINTS = 2.0, 61
MENDS = {1: "lower x", 0: "neither", -1: "raise x"}


class ChainRuleLab(Lab):
    """x goes into g, its result u into f: y = f(g(x)), with the slope of each and of the whole."""

    id = "chain-rule"
    title = "One function after another"

    def controls(self) -> tuple[Control, ...]:
        """x; the inner and the outer function; how far x moves for the check."""
        return (
            NumberControl("x", "x", -REACH, REACH, 0.5, 1.0, help="goes in first"),
            ChoiceControl("inner", "inner g", tuple(SMOOTH), "line", "u = g(x)"),
            ChoiceControl("outer", "outer f", tuple(SMOOTH), "square", "y = f(u)"),
            NumberControl("h", "x moves by h", 0.0001, 1, 0.1, 0.01, choices=(0.0001, 0.001, 0.01, 0.1, 1)),
        )

    def groups(self) -> tuple[Group, ...]:
        """The two functions; their slopes; the check by a small move."""
        return (
            Group("The chain", ("x", "inner", "outer", "inner_formula", "outer_formula", "u", "y", "chain", "passed")),
            Group("The slopes", ("inner_slope", "outer_slope", "slope", "mends", "in_bars")),
            Group("Each function", ("inner_curve", "outer_curve")),
            Group("A small move", ("h", "moved_u", "moved_y", "u_moves", "y_moves", "measured", "whole_curve")),
        )  # fmt: skip

    def fill(self, sheet: Sheet) -> None:
        """u and y, the slope of each function where its input is, their product; the same for x + h."""
        g, f = SMOOTH[self.word("inner")], SMOOTH[self.word("outer")]
        x, h = sheet["x"], sheet["h"]
        inner, outer = g.formula.format(x="x"), f.formula.format(x="u")
        sheet.text("inner_formula", "g(x)", inner)
        sheet.text("outer_formula", "f(u)", outer)
        u = sheet.number("u", "u = g(x)", g.value(x), inner)
        y = sheet.number("y", "y = f(u)", f.value(u), outer)
        inner_slope = sheet.number("inner_slope", "slope of g at x", g.slope(x), g.slope_formula.format(x="x"))
        sheet.number("outer_of_x", "f at x", f.value(x), f.formula.format(x="x"))
        sheet.number("outer_slope_of_x", "slope of f at x", f.slope(x), f.slope_formula.format(x="x"))
        outer_slope = sheet.number("outer_slope", "slope of f at u", f.slope(u), f.slope_formula.format(x="u"))
        slope = sheet.number("slope", "slope of y by x", outer_slope * inner_slope, "slope of f · slope of g")
        sheet.text("mends", "what makes y smaller", MENDS[int(np.sign(round(slope.number, 9)))])
        slopes = stacked([inner_slope, outer_slope, slope])
        sheet.bars("in_bars", "slopes", [(BarPanel("slopes", ("g", "f", "both"), low=None), slopes)])

        second = sheet.let("x + h", x + h, "x + h")
        moved_u = sheet.number("moved_u", "g(x + h)", g.value(second), g.formula.format(x="(x + h)"))
        moved_y = sheet.number("moved_y", "f(g(x + h))", f.value(moved_u), f.formula.format(x="g(x + h)"))
        sheet.number("u_moves", "u moves by", moved_u - u, "g(x + h) − g(x)")
        y_moves = sheet.number("y_moves", "y moves by", moved_y - y, "f(g(x + h)) − y")
        sheet.number("measured", "y moves / x moves", y_moves / h, "y moves / h")

        self._connect(sheet)
        self._draw(sheet, g, f)

    def _connect(self, sheet: Sheet) -> None:
        """x, u and y in a row, with what goes forward, and with the slopes that come back."""
        x, u, y, inner, outer, slope = (sheet[n] for n in ("x", "u", "y", "inner_slope", "outer_slope", "slope"))
        one = sheet.give("slope of y by y", np.array(1.0))
        nodes, values = (Node("x"), Node("u", operator="g"), Node("y", operator="f")), (x, u, y)
        there = [[(node, value, None)] for node, value in zip(nodes, values, strict=True)]
        edges = Edge("x", "u"), Edge("u", "y")
        sheet.graph("passed", "forward", there, [(edge, None, None) for edge in edges])
        back = [[each] for each in zip(nodes, values, (slope, outer, one), strict=True)]
        carried = [(edges[0], inner, slope), (edges[1], outer, outer)]
        sheet.graph("chain", "there and back", back, carried)

    def _draw(self, sheet: Sheet, g: SmoothFunction, f: SmoothFunction) -> None:
        """Each function over its own input with its tangent there, and the whole over x."""
        x, u, y, *slopes = (sheet[n].number for n in ("x", "u", "y", "inner_slope", "outer_slope", "slope"))
        xs = constant(np.linspace(-REACH, REACH, POINTS))
        us = constant(np.linspace(min(-REACH, u - 1), max(REACH, u + 1), POINTS))
        inner = _tangent(x, u, slopes[0], "inner_slope")
        outer = _tangent(u, y, slopes[1], "outer_slope")
        whole = _tangent(x, y, slopes[2], "slope")
        of_x, of_u, both = _line("g", xs, g.value(xs)), _line("f", us, f.value(us)), f.value(g.value(xs))
        sheet.show("inner_curve", lambda: Curve("inner_curve", "g over x", "x", (of_x, inner), marker=(x, u)))
        sheet.show("outer_curve", lambda: Curve("outer_curve", "f over u", "u", (of_u, outer), marker=(u, y)))
        sheet.show(
            "whole_curve",
            lambda: Curve("whole_curve", "f(g(x)) over x", "x", (_line("f(g(x))", xs, both), whole), marker=(x, y)),
        )

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The product of two slopes; the rest stands in the lab."""
        return Cells.__mul__, type(self).fill

    def keras_program(self) -> KerasProgram:
        """The slopes by the tape."""
        inner, outer = (SMOOTH[self.word(of)].program for of in ("inner", "outer"))
        source = f"""\
import tensorflow as tf
from keras import ops

x = tf.Variable({self.number("x")}, dtype="float64")

with tf.GradientTape(True) as tape:
    u = {inner.format(x="x")}
    y = {outer.format(x="u")}
inner_slope = tape.gradient(u, x)
outer_slope = tape.gradient(y, u)
slope = tape.gradient(y, x)
"""
        return KerasProgram(source, {name: name for name in ("u", "y", "inner_slope", "outer_slope", "slope")})


def _line(label: str, xs: Cells, ys: Cells) -> Series:
    return Series(label, tuple(xs.values.tolist()), tuple(ys.values.tolist()))


def _tangent(x: float, y: float, slope: float, tells: str) -> Series:
    """A piece of the tangent at (x, y), which comes first; a steep one is short."""
    half = 1 / (1 + abs(slope) / 6)
    xs = x, x + half, x - half
    return Series("tangent", xs, tuple(y + slope * (at - x) for at in xs), "aid", tells=(tells,))
