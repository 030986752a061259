"""A gradient checked by numbers: one weight, two difference quotients, and five programs that claim its gradient."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from tutor.engine.activations import ELEMENTWISE
from tutor.engine.derivations.cells import Cells, Index, constant, exp, ln, stacked
from tutor.engine.derivations.expressions import Expression, largest
from tutor.engine.derivations.forms import Writer
from tutor.engine.derivations.rules.activated import activation_forms, slope_forms
from tutor.labs.gradient_check.drawings import Array, bowl, draw_bars, error_curve, secant, zoom
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, NumberControl
from tutor.labs.kit.readouts import Curve
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.training.keras_program import KerasProgram

PASSES, SIDES, DIGITS = ("w", "w + h", "w − h"), ("forward", "central"), ("held", "cancelled", "left")
QUOTIENTS = ("(L(w + h) − L(w)) / h", "(L(w + h) − L(w − h)) / (2·h)")
CODES = ("right", "without the 2", "without the slope", "without x", "wrong sign")
COUNTED = ("−log₁₀(ε)", "−log₁₀(|a − b| / max(|a|, |b|))", "held − cancelled")
CODED = ("2·(y − t)·f′·x", "(y − t)·f′·x", "2·(y − t)·x", "2·(y − t)·f′", "−2·(y − t)·f′·x")
K = np.arange(1.0, 17.0)
# Relative errors below which a gradient is held to be right, and above which wrong. In float64 those of
# https://cs231n.github.io/neural-networks-3/#gradcheck; float32 has fewer digits that could agree.
AGREE, DIFFER = {"float64": 1e-7, "float32": 1e-3}, 1e-2


class GradientCheckLab(Lab):
    """y = f(w·x) with the loss L = (y − t)²: its slope by w, measured with a step h and as a program has it."""

    id = "gradient-check"
    title = "Is this gradient right?"

    def controls(self) -> tuple[Control, ...]:
        """The neuron; the program; the step; a learning rate; how many weights a whole network has."""
        return (
            NumberControl("x", "input x", -5, 5, 0.5, 2.0, help="what the neuron sees"),
            NumberControl("w", "weight w", -3, 3, 0.1, 0.3, help="the only one"),
            NumberControl("target", "target t", -3, 3, 0.5, 1.0, help="what y should be"),
            ChoiceControl("activation", "activation f", tuple(ELEMENTWISE), "sigmoid", "y = f(w·x)"),
            ChoiceControl("code", "the code is", tuple(CODES), "right", "the gradient under test"),
            NumberControl("k", "k of the step", 1, 16, 1, 5, integer=True, help="h = 10^(−k)"),
            ChoiceControl("precision", "computed in", tuple(AGREE), "float64", "16 digits, or 7"),
            NumberControl("rate", "learning rate", 0.01, 1, 0.01, 0.1, help="of one step with each code"),
            NumberControl("weights", "weights in all", 1, 10_000_000, 1, 1000, integer=True, help="of a network"),
        )

    def groups(self) -> tuple[Group, ...]:
        """The neuron and its losses; the check; the error for every step; a step with each code; a whole network."""
        return (
            Group("Neuron", ("x", "w", "target", "activation", "precision", "k", "h", "losses", "digits")),
            Group("Check", ("code", "slope", "gradient", "quotients", "errors", "agreeing", "ratio", "verdict")),
            Group("Error by k", ("curve", "curve_64", "curve_both", "best")),
            Group("One step with each code", ("rate", "gradients", "steps", "gained", "falling")),
            Group("A whole network", ("weights", "costs")),
            Group("Keras", ("exact", "keras")),
        )

    def fill(self, sheet: Sheet) -> None:
        """Passes at w and on both sides of it, for all k; five gradients; how far they are apart; a step with each."""
        precise, at, eps = self._rounded, round(self.number("k")) - 1, float(np.finfo(self.word("precision")).eps)
        x, t, rate = (precise(sheet[name]) for name in ("x", "target", "rate"))
        h = sheet.let("all h", precise(exp(-(constant(K) * ln(constant(10.0)))).computed(10.0**-K)), "10^(−k)")
        sheet.number("h", "step h", h[at], digits=16)
        w = sheet.let("here", precise(sheet["w"]), "w")
        up, down = sheet.let("w + h", precise(w + h), "w + h"), sheet.let("w − h", precise(w - h), "w − h")
        loss, rise, fall = (self._loss(sheet, name, where) for name, where in zip(PASSES, (w, up, down), strict=True))
        passes = stacked([w, up[at], down[at]]), stacked([loss, rise[at], fall[at]])
        sheet.table("losses", "the passes", ("at", "w", "loss"), PASSES, passes, digits=15)

        missed, slope, two = precise(sheet["y of w"] - t), self._slope(sheet), constant(2.0)
        factors = (two, missed, slope, x), (missed, slope, x), (two, missed, x), (two, missed, slope)
        coded = [reduce(lambda a, b: precise(a * b), each) for each in (*factors, (-two, *factors[0][1:]))]
        codes = sheet.let("gradients", stacked(coded), lambda i: CODED[i])
        sheet.table("gradients", "gradient by each code", ("code", "gradient"), CODES, (codes,))
        code = sheet.number("gradient", "the code's gradient", codes[CODES.index(self.word("code"))], digits=8)
        sheet.number("exact", "∂L/∂w by the rules", codes[0], digits=8)

        quotients = precise(precise(stacked([rise - loss, rise - fall])) / stacked([h, two * h]))
        quotients = sheet.let("quotients by k", quotients, lambda i, _: QUOTIENTS[i])
        sheet.vector("quotients", "difference quotients", SIDES, quotients.last(at), digits=8)
        errors = sheet.let("errors by k", _relative_error(quotients, code), "|a − b| / max(|a|, |b|)")
        sheet.vector("errors", "relative errors", SIDES, errors.last(at), digits=8)
        agreeing = sheet.let("digits by k", _digits(errors, eps), "−log₁₀(error)")
        sheet.vector("agreeing", "digits that agree", SIDES, agreeing.last(at), digits=1)
        marker = at + 1, -agreeing.values[1, at]
        lines = tuple(zip(SIDES, -agreeing.values, strict=True))
        sheet.show("curve", lambda: error_curve("curve", K, lines, marker))
        sheet.vector("best", "k of the smallest error", SIDES, K[agreeing.values.argmax(axis=1)], digits=0)
        sheet.number("ratio", "central / the code's", quotients[1, at] / code, "central / the code's")
        sheet.text("verdict", "verdict", self._verdict(errors.values[1, at]))
        held, cancelled = _digits(constant(0.0), eps), _digits(_relative_error(rise[at], fall[at]), eps)
        digits = stacked([held, cancelled, held - cancelled])
        sheet.vector("digits", "digits of L(w + h) − L(w − h)", DIGITS, digits, lambda i: COUNTED[i], digits=1)

        new = sheet.let("new w", precise(w - precise(rate * codes)), "w − rate·gradient")
        after = self._loss(sheet, "new w", new)
        sheet.table("steps", "one step with each code", ("code", "w", "loss"), CODES, (new, after))
        sheet.vector("gained", "what the loss gains", CODES, after - loss, "L(new w) − L(w)", digits=6)
        lower = after.values[1:] < loss.values
        sheet.number("falling", "wrong codes that lower the loss", lower.sum(), digits=0)
        costs = stacked([sheet["weights"] + 1, 2 * sheet["weights"]])
        sheet.vector("costs", "passes for all weights", SIDES, costs, lambda i: ("n + 1", "2·n")[i], digits=0)
        self._draw(sheet, code)

    def _draw(self, sheet: Sheet, code: Cells) -> None:
        """The loss around w, near and nearer; the errors in both precisions; bars."""
        w, step, precision = self.number("w"), 10.0 ** -self.number("k"), self.word("precision")
        loss = self._loss_of
        sheet.show("bowl", lambda: bowl(loss, w))
        sheet.show("secant", lambda: secant("secant", loss, w, step, central=False))
        sheet.show("secants", lambda: secant("secants", loss, w, step, central=True))
        sheet.show("zoom", lambda: zoom(loss, w, step, precision, code.number))
        sheet.show("curve_64", lambda: self._errors("curve_64", ("float64",)))
        sheet.show("curve_both", lambda: self._errors("curve_both", tuple(AGREE)))
        draw_bars(sheet)

    def _loss_of(self, w: Array) -> Array:
        """The losses of weights, in their precision."""
        x, t = (w.dtype.type(self.number(name)) for name in ("x", "target"))
        return np.asarray((ELEMENTWISE[self.word("activation")].function(w * x) - t) ** 2)

    def _errors(self, name: str, precisions: tuple[str, ...]) -> Curve:
        """The errors of the central difference in these precisions, by k; in the first the point is the chosen k."""
        lines = []
        for precision in precisions:
            lab = type(self)()
            lab.restore(self.state())
            lab.set("precision", precision)
            lines.append((precision, -lab.sheet["digits by k"].values[1]))
        k, said = (
            round(self.number("k")),
            "the central error" if len(lines) > 1 else f"the central error in {lines[0][0]}",
        )
        marker = k, float(lines[0][1][k - 1])
        return error_curve(name, K, tuple(lines), marker, f"log₁₀ of {said}")

    def _rounded(self, cells: Cells) -> Cells:
        """One operation on numbers of the chosen precision, with its result rounded to it: as IEEE 754 has it."""
        return cells.computed(lambda: cells.values.astype(self.word("precision")))

    def _loss(self, sheet: Sheet, name: str, w: Cells) -> Cells:
        """A pass for weights of any shape, called ``name``."""
        f, precision, cell = self.word("activation"), self.word("precision"), sheet.worksheet.cell
        z = sheet.let(f"z of {name}", self._rounded(w * self._rounded(sheet["x"])), "w·x")
        out = ELEMENTWISE[f].function(z.values.astype(precision))
        y = sheet.let(f"y of {name}", Explained(out, lambda *at: activation_forms(f, cell(f"z of {name}", *at))))
        missed = self._rounded(y - self._rounded(sheet["target"]))
        return sheet.let(f"L of {name}", self._rounded(missed * missed), "(y − t)·(y − t)")

    def _slope(self, sheet: Sheet) -> Cells:
        """f′ at w."""
        f, names, cell = self.word("activation"), ("z of w", "y of w"), sheet.worksheet.cell
        slope = ELEMENTWISE[f].slope(*(sheet[name].values.astype(self.word("precision")) for name in names))
        return sheet.number("slope", "slope f′(z)", Explained(slope, lambda: slope_forms(f, *map(cell, names))))

    def _verdict(self, error: float) -> str:
        if error > DIFFER:
            return "they differ"
        return "they agree" if error < AGREE[self.word("precision")] else "hard to say"

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The activation and its slope; the passes, the five gradients and the quotients."""
        chosen = ELEMENTWISE[self.word("activation")]
        return chosen.function, chosen.slope, type(self).fill

    def keras_program(self) -> KerasProgram:
        """The gradient by the tape, in the chosen precision."""
        source = f"""\
import keras
import tensorflow as tf

f = keras.activations.{self.word("activation")}
dtype = tf.{self.word("precision")}
x = tf.constant({self.number("x")}, dtype)
w = tf.Variable({self.number("w")}, dtype=dtype)
t = tf.constant({self.number("target")}, dtype)

with tf.GradientTape() as tape:
    loss = (f(w * x) - t)**2
exact = tape.gradient(loss, w)
"""
        return KerasProgram(source, {"exact": "exact"})


def _relative_error(a: Cells, b: Cells) -> Cells:
    """|a − b| / max(|a|, |b|) for the single number b, and 0 where both are 0."""

    def values() -> Any:
        most = np.maximum(np.abs(a.values), np.abs(b.values))
        return np.abs(a.values - b.values) / np.where(most > 0, most, 1.0)

    def write(n: Writer, at: Index) -> Expression:
        one, other = a.write(n, at), b.write(n, ())
        most = largest([_size(one), _size(other)])
        return _size(one - other) / most if most.value else most

    return Cells(values, write)


def _digits(error: Cells, smallest: float) -> Cells:
    """−log₁₀ of errors, of which those below the smallest that a precision knows count as that one."""
    kept = Cells(
        lambda: np.maximum(error.values, smallest),
        lambda n, at: n(smallest) if error.values[at] < smallest else error.write(n, at),
    )
    return -(ln(kept) / ln(constant(10.0)))


def _size(x: Expression) -> Expression:
    return x if x.value >= 0 else -x
