"""Softmax: logits to probabilities; temperature, shift, naive and stable form, softmax twice; one-hot labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import Cells, constant, exp, ln, stacked
from tutor.labs.kit.charts import BarPanel, DotRow
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import Control, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram

CLASSES = ("A", "B", "C")
LABELS = ("label", "other")
DIGITS = tuple(str(digit) for digit in range(10))
NAIVE = ("class", "e^s", "e^s / sum")
LARGEST_FLOAT32 = float(np.finfo(np.float32).max)
WIDEST_LINE = 42


class SoftmaxLab(Lab):
    """Three logits and their softmax, compared with the naive formula; and one-hot labels."""

    id = "softmax"
    title = "From logits to probabilities"

    def controls(self) -> tuple[Control, ...]:
        """The logits, a shift for all of them, the temperature; then two digits for one-hot labels."""
        return (
            VectorControl(
                "logits", "logits z", CLASSES, -1000, 1000, 0.1, (2.0, 1.0, 0.1), "a score for each class"
            ),
            NumberControl(
                "shift", "shift c", -1000, 1000, 1, 0.0,
                choices=(-1000, -100, -10, -1, 0, 1, 10, 80, 90, 100, 1000), help="added to every logit",
            ),
            NumberControl(
                "temperature", "temperature T", 0.05, 100, 0.5, 1.0,
                choices=(0.1, 0.25, 0.5, 1, 2, 4, 10, 100), help="divides every logit",
            ),
            NumberControl("digit", "the label", 0, 9, 1, 5, integer=True, help="a class, as one-hot"),
            NumberControl("other", "another label", 0, 9, 1, 6, integer=True, help="to compare with"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """From the logits to the probabilities; the naive formula; softmax twice; one-hot labels."""
        return (
            Group("Logits", ("logits", "shift", "temperature", "scaled")),
            Group("Softmax", ("powers", "shifted", "exps", "exp_sum", "p", "p_sum", "odds", "winner")),
            Group("Arithmetic of p A", ("arithmetic",)),
            Group("As A's logit moves", ("curve",)),
            Group("Naive, in float32", ("naive", "naive_outcome", "limit")),
            Group("Softmax of softmax", ("twice_exps", "twice", "top", "twice_top")),
            Group("One-hot labels", ("digit", "other", "one_hot", "as_numbers", "as_one_hot")),
            Group("Keras", ("keras",)),
        )

    def fill(self, sheet: Sheet) -> None:
        """From the logits to the probabilities; the naive way; softmax twice; the labels."""
        z, c, t = sheet["logits"], sheet["shift"], sheet["temperature"]
        s = sheet.vector("scaled", "s = (z + c) / T", CLASSES, (z + c) / t, "(z + c) / T")
        most = int(s.values.argmax())
        shifted = sheet.vector("shifted", "s less the largest s", CLASSES, s - s[most], "s − m, m the largest s")
        exps = sheet.vector("exps", "e^(s − largest)", CLASSES, exp(shifted), "e^(s − m)")
        sheet.number("exp_sum", "their sum", exps.sum(), "Σ e^(s − m)")
        p = sheet.vector("p", "p = softmax(s)", CLASSES, sheet.softmax("scaled"), digits=6)
        sheet.number("p_sum", "sum of p", p.sum(), "Σ p")
        sheet.number("odds", "p of A / p of B", exp(s[0] - s[1]), "e^(s of A − s of B)")
        sheet.number("difference", "s of A − s of B", s[0] - s[1], "s of A − s of B")
        sheet.text("winner", "most probable", CLASSES[most])
        sheet.arithmetic("arithmetic", "how p of A comes about", "p[A]")
        sheet.show("curve", self._curve)
        self._fill_naive(sheet, s)
        sheet.vector("twice_exps", "e^p", CLASSES, exp(p), "e^(p)")
        twice = sheet.vector("twice", "softmax(p)", CLASSES, sheet.softmax("p"), digits=6)
        sheet.number("top", "largest p", p[most], "the largest p")
        sheet.number("twice_top", "largest after softmax twice", twice[most], "the largest of softmax(p)")
        self._fill_labels(sheet)
        self._draw(sheet, CLASSES[most])

    def _draw(self, sheet: Sheet, winner: str) -> None:
        """Bars for each way from scores to shares, and for softmax twice; the labels as bars and on a line."""

        def panel(name: str, label: str, low: float | None = 0.0, high: float | None = None) -> tuple[BarPanel, Cells]:
            marked = (winner,) if high == 1.0 else ()
            return BarPanel(label, CLASSES, low=low, high=high, marked=marked), sheet[name]

        way, z, p = "from scores to shares", panel("logits", "z", None), panel("p", "p", high=1.0)
        s, e = panel("scaled", "(z + c) / T", None), panel("powers", "e^s")
        sheet.bars("shares", way, [z, e, p])
        sheet.bars("scaled_shares", way, [z, s, p])
        naive = panel("naive_p", "e^s / Σ e^s", high=1.0)
        sheet.bars("naive_shares", "as it stands, and p", [(replace(s[0], label="s"), s[1]), e, naive, p])
        moved, exps = panel("shifted", "s − m", None), panel("exps", "e^(s − m)", high=1.0)
        sheet.bars("shifted_shares", way, [(replace(s[0], label="s"), s[1]), moved, exps, p])
        sheet.bars(
            "shares_twice",
            "softmax twice",
            [z, p, panel("twice_exps", "e^p"), panel("twice", "softmax of p", high=1.0)],
        )
        rows, labels = sheet["one_hot"], [self.number(name) for name in ("digit", "other")]
        as_bars = [
            (BarPanel(f"{label}: {of:g}", DIGITS, high=1.0, digits=0), rows[i])
            for i, (label, of) in enumerate(zip(LABELS, labels, strict=True))
        ]
        sheet.bars("one_hot_bars", "as one-hot", as_bars)
        # The same class twice is one dot.
        both = {f"{of:g}": sheet[name] for name, of in zip(("digit", "other"), labels, strict=True)}
        line = DotRow("class", tuple(both)), stacked(list(both.values())), None, None
        sheet.dots("on_a_line", "as plain numbers", [line], low=0.0, high=9.0)

    def _fill_naive(self, sheet: Sheet, s: Cells) -> None:
        """e^s and its shares in float32 without subtraction: inf above 88.7, nan for inf divided by inf."""
        powers = np.exp(s.values.astype(np.float32))
        shares = powers / powers.sum()
        e = sheet.vector("powers", "e^s", CLASSES, Cells(powers.astype(np.float64), exp(s).write), "e^(s)")
        shared = Cells(shares.astype(np.float64), (e / e.sum()).write)
        parts = sheet.vector("naive_p", "e^s / Σ e^s", CLASSES, shared, "e^(s) / Σ e^(s)")
        sheet.table("naive", "e^s / Σ e^s as it stands", NAIVE, CLASSES, (e, parts))
        outcome = "numbers" if shares.sum() > 0 else "inf" if powers.any() else "nothing but 0"
        sheet.text("naive_outcome", "the naive way gives", outcome)
        sheet.number(
            "limit", "e^s is inf for s above", ln(constant(LARGEST_FLOAT32)), "ln(the largest float32)", digits=4
        )

    def _fill_labels(self, sheet: Sheet) -> None:
        """Two digits as one-hot rows, and their distance as such and as numbers."""
        a, b = sheet["digit"], sheet["other"]
        one_hot = sheet.give("one_hot", np.stack([_one_hot(a.number), _one_hot(b.number)]))
        sheet.matrix("one_hot", f"{a.number:g} and {b.number:g} as one-hot", LABELS, DIGITS, one_hot, digits=0)
        sheet.number("as_numbers", "(difference)² as numbers", (a - b) * (a - b), "(a − b)·(a − b)")
        sheet.vector("label_row", "the label as one-hot", DIGITS, one_hot[0], digits=0)
        apart = one_hot[0] - one_hot[1]
        differ = [apart[int(i)] * apart[int(i)] for i in np.flatnonzero(apart.values)]
        together = stacked(differ).sum() if differ else constant(0.0)
        sheet.number("as_one_hot", "Σ (difference)² as one-hot", together, "Σ (a − b)·(a − b), where they differ")
        sheet.number("zeros_before", "zeros before the 1", a.values)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The engine's softmax, which subtracts the largest."""
        return (softmax,)

    def keras_program(self) -> KerasProgram:
        """The probabilities, the naive way, softmax twice, a one-hot label."""
        z = fill(f"z = np.array({self.vector('logits').tolist()},", WIDEST_LINE, subsequent_indent="    ")
        source = f"""\
import keras
import numpy as np

{z}
    dtype="float32")
s = (z + {self.number("shift")}) / {self.number("temperature")}
p = keras.ops.softmax(s)

e = np.exp(s)
naive = e / e.sum()

twice = keras.ops.softmax(p)
one_hot = keras.utils.to_categorical(
    [{self.number("digit"):g}, {self.number("other"):g}], num_classes=10)
"""
        return KerasProgram(source, {"scaled": "s", "p": "p", "twice": "twice", "one_hot": "one_hot"})

    def _curve(self) -> Curve:
        """The probabilities for A's logit from 6 below to 6 above its value."""
        logits, shift, temperature = self.vector("logits"), self.number("shift"), self.number("temperature")
        moved = np.linspace(logits[0] - 6, logits[0] + 6, 61)
        rows = np.tile(logits, (len(moved), 1))
        rows[:, 0] = moved
        p = softmax((rows + shift) / temperature)
        lines = tuple(Series(c, tuple(moved.tolist()), tuple(p[:, i].tolist())) for i, c in enumerate(CLASSES))
        marker = (float(logits[0]), float(softmax((logits + shift) / temperature)[0]))
        return Curve("curve", "p of each class", "logit of A", lines, 0.0, 1.0, marker)


def _one_hot(digit: float) -> NDArray[np.float64]:
    return np.eye(len(DIGITS))[round(digit)]
