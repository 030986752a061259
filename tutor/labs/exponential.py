"""Exponential and logarithm: sums become products and back, the surprise of a probability, many chances in a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, exp, ln, power, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import Control, NumberControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram

REACH, ENOUGH, WIDE, POINTS = 4.0, 2.5, 10.0, 61
POWERS, LOGS = ("e^a", "e^b"), ("ln p", "ln q")
SIDES = {1: "above 0", 0: "exactly 0", -1: "below 0"}


class ExponentialLab(Lab):
    """Exponents a and b with their powers of e; numbers p and q with their logarithms; p over and over."""

    id = "exponential"
    title = "e to the power of, and back"

    def controls(self) -> tuple[Control, ...]:
        """Two exponents; two numbers above 0; how many chances in a row."""
        return (
            NumberControl("a", "exponent a", -REACH, REACH, 0.5, 1.0, help="any number"),
            NumberControl("b", "exponent b", -REACH, REACH, 0.5, 0.0, help="another"),
            NumberControl("p", "number p", 0.01, WIDE, 0.1, 0.5, help="above 0"),
            NumberControl("q", "number q", 0.01, WIDE, 0.1, 2.0, help="above 0"),
            NumberControl("n", "chances n", 1, 2000, 1, 10, integer=True, help="each is p, one after another"),
        )

    def groups(self) -> tuple[Group, ...]:
        """Powers of e; logarithms; many factors."""
        return (
            Group("Powers of e", ("a", "b", "powers", "together", "product", "rises", "back", "power_bars")),
            Group("The curve", ("slope", "exp_curve", "exp_tangent")),
            Group(
                "Logarithms",
                ("p", "q", "logs", "log_together", "log_sum", "side", "ln_curve", "log_bars", "surprise", "surprises"),
            ),
            Group("Many in a row", ("n", "chance", "log_chance", "fits", "decay", "log_decay")),
        )

    def fill(self, sheet: Sheet) -> None:
        """e to both exponents and to their sum; the logarithms of both numbers and of their product; p to the n."""
        a, b, p, q, n = (sheet[control.name] for control in self.value_controls())
        powers = sheet.vector("powers", "powers of e", POWERS, exp(stacked([a, b])), lambda i: POWERS[i])
        together = sheet.number("together", "e^(a + b)", exp(a + b), "e^(a + b)")
        product = sheet.number("product", "e^a · e^b", powers[0] * powers[1], "e^a·e^b")
        sheet.number("rises", "e^(a + 1) / e^a", exp(a + 1) / powers[0], "e^(a + 1) / e^a")
        slope = sheet.number("slope", "slope of e^x at a", exp(a), "e^a")
        sheet.number("back", "ln of e^a", ln(powers[0]), "ln(e^a)")
        both = stacked([together, product])
        bars = (BarPanel("powers", POWERS), powers), (BarPanel("both", ("e^(a+b)", "e^a·e^b")), both)
        sheet.bars("power_bars", "powers of e", bars)

        logs = sheet.vector("logs", "logarithms", LOGS, ln(stacked([p, q])), lambda i: LOGS[i])
        log_together = sheet.number("log_together", "ln (p·q)", ln(p * q), "ln(p·q)")
        log_sum = sheet.number("log_sum", "ln p + ln q", logs[0] + logs[1], "ln p + ln q")
        sheet.text("side", "ln p is", SIDES[int(np.sign(round(logs[0].number, 9)))])
        both = stacked([log_together, log_sum])
        bars = (BarPanel("logs", LOGS, low=None), logs), (BarPanel("both", ("ln (p·q)", "sum"), low=None), both)
        sheet.bars("log_bars", "logarithms", bars)
        sheet.number("surprise", "−ln p", -ln(p), "−ln p")

        chance = sheet.number("chance", "p to the power of n", power(p, n), "p^n", digits=12)
        sheet.number("log_chance", "n times ln p", n * logs[0], "n·ln p")
        sheet.text("fits", "p to the power of n is", _kept(chance.number))
        self._draw(sheet, slope)

    def _draw(self, sheet: Sheet, slope: Cells) -> None:
        """e^x and ln x with the chosen places; −ln p for chances; a chance and its logarithm over 1 to n."""
        a, p = sheet["a"].number, sheet["p"].number
        power_of_a, log_of_p = sheet["powers"].values[0], sheet["logs"].values[0]
        xs, above = np.linspace(-REACH, max(ENOUGH, a), POINTS), np.linspace(0.02, max(3.0, p), POINTS)
        half = 1 / (1 + slope.number / 6)
        beside = a, a + half, a - half
        tangent = Series(
            "tangent", beside, tuple(power_of_a + slope.number * (x - a) for x in beside), "aid", ("slope",)
        )
        lines = Series("e^x", tuple(xs.tolist()), tuple(np.exp(xs).tolist())), tangent
        at = a, power_of_a
        sheet.show("exp_curve", lambda: Curve("exp_curve", "e^x", "x", lines[:1], marker=at))
        sheet.show("exp_tangent", lambda: Curve("exp_tangent", "e^x and its tangent", "x", lines, marker=at))
        log = Series("ln x", tuple(above.tolist()), tuple(np.log(above).tolist()))
        sheet.show("ln_curve", lambda: Curve("ln_curve", "ln x", "x", (log,), marker=(p, log_of_p)))
        chances = np.linspace(0.01, 1.0, POINTS)
        cost = Series("−ln p", tuple(chances.tolist()), tuple((-np.log(chances)).tolist()))
        marker = (p, -log_of_p) if p <= 1 else None
        sheet.show("surprises", lambda: Curve("surprises", "−ln p", "p", (cost,), marker=marker))
        counts = constant(np.unique(np.linspace(1, max(2, sheet["n"].number), POINTS).round()))
        with np.errstate(all="ignore"):
            decay, log_decay = p**counts.values, counts.values * log_of_p
        sheet.curve("decay", "p multiplied n times", "n", counts, {"p^n": constant(decay)})
        sheet.curve("log_decay", "ln p added n times", "n", counts, {"n·ln p": constant(log_decay)})

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """e^x and ln x on numbers; the rest stands in the lab."""
        return exp, ln, type(self).fill

    def keras_program(self) -> KerasProgram:
        """The same powers and logarithms."""
        a, b, p, q = (self.number(name) for name in "abpq")
        source = f"""\
import numpy as np
from keras import ops

a, b = {a}, {b}
p, q = {p}, {q}
n = {round(self.number("n"))}
powers = ops.exp(np.array([a, b]))
together = ops.exp(np.array(a + b))
logs = ops.log(np.array([p, q]))
log_together = ops.log(np.array(p * q))
log_chance = n * logs[0]
surprise = -logs[0]
"""
        return KerasProgram(
            source, {name: name for name in ("powers", "together", "logs", "log_together", "log_chance", "surprise")}
        )


def _kept(value: float) -> str:
    """What a number of 64 bits makes of a product."""
    if value == 0:
        return "rounded to 0"
    return "too large" if np.isinf(value) else "a number"
