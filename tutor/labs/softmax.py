"""Softmax: logits to probabilities; temperature, shift, naive against stable, softmax twice; one-hot labels."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import softmax
from tutor.engine.derivations.activated import softmax_forms
from tutor.engine.derivations.expressions import exp, ln, total
from tutor.engine.derivations.forms import Form
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import Control, NumberControl, VectorControl
from tutor.labs.origins import why
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Arithmetic, Code, Curve, Matrix, Number, Readout, Series, Table, Text, Vector
from tutor.training.keras_program import KerasProgram

CLASSES = ("A", "B", "C")
LABELS = ("label", "other")
DIGITS = tuple(str(digit) for digit in range(10))
NAIVE = ("class", "e^s", "e^s / sum")
LARGEST_FLOAT32 = float(np.finfo(np.float32).max)
WIDEST_LINE = 42

Array = NDArray[np.float64]


class SoftmaxLab(Lab):
    """Three logits and what softmax makes of them, beside the formula taken as it stands; and the labels' form."""

    id = "softmax"
    title = "From logits to probabilities"

    def controls(self) -> tuple[Control, ...]:
        """The logits, what is added to all of them, the temperature; then two digits to be written as one-hot."""
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
        """From the logits to the probabilities; the formula as it stands; softmax twice; one-hot labels."""
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

    def readout_names(self) -> tuple[str, ...]:
        """What stands in the groups, and what wrong answers come to."""
        return (
            "scaled", "shifted", "exps", "exp_sum", "p", "p_sum", "odds", "winner", "arithmetic", "curve",
            "powers", "naive", "naive_outcome", "limit", "twice_exps", "twice", "top", "twice_top",
            "one_hot", "as_numbers", "as_one_hot", "zeros_before", "keras",
            "share_of_scores", "against_largest", "times_temperature", "wrong_way_round",
            "odds_turned", "difference", "place_from_one",
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """All but the program, which has a screen of its own."""
        return tuple(name for group in self.groups()[:-1] for name in group.names)

    def read(self, name: str) -> Readout:
        """Compute one readout; the probabilities are the engine's own softmax."""
        s = self._scaled()
        p, shifted = softmax(s), s - s.max()
        match name:
            case "scaled":
                return Vector(name, "s = (z + c) / T", CLASSES, tuple(s.tolist()))
            case "shifted":
                return Vector(name, "s less the largest s", CLASSES, tuple(shifted.tolist()))
            case "exps":
                return Vector(name, "e^(s − largest)", CLASSES, tuple(np.exp(shifted).tolist()))
            case "exp_sum":
                return Number(name, "their sum", float(np.exp(shifted).sum()))
            case "p":
                return Vector(name, "p = softmax(s)", CLASSES, tuple(p.tolist()), digits=6, bars=True)
            case "p_sum":
                return Number(name, "sum of p", float(p.sum()))
            case "odds":
                return Number(name, "p of A / p of B", _odds(s[0], s[1]))
            case "winner":
                return Text(name, "most probable", CLASSES[int(p.argmax())])
            case "arithmetic":
                return Arithmetic(name, "how p of A comes about", why(self, "p[A]"))
            case "curve":
                return self._curve(name)
            case "powers":
                return Vector(name, "e^s", CLASSES, tuple(self._naive()[0].tolist()))
            case "naive":
                exps, shares = self._naive()
                rows = tuple(
                    (c, _word_or_number(e), _word_or_number(q))
                    for c, e, q in zip(CLASSES, exps.tolist(), shares.tolist(), strict=True)
                )
                return Table(name, "e^s / Σ e^s as it stands", NAIVE, rows)
            case "naive_outcome":
                return Text(name, "the naive way gives", self._naive_outcome())
            case "limit":
                return Number(name, "e^s is inf for s above", float(np.log(LARGEST_FLOAT32)), digits=4)
            case "twice_exps":
                return Vector(name, "e^p", CLASSES, tuple(np.exp(p).tolist()))
            case "twice":
                return Vector(name, "softmax(p)", CLASSES, tuple(softmax(p).tolist()), digits=6, bars=True)
            case "top":
                return Number(name, "largest p", float(p.max()))
            case "twice_top":
                return Number(name, "largest after softmax twice", float(softmax(p).max()))
            case _:
                return self._read_label(name)

    def _read_label(self, name: str) -> Readout:
        """What belongs to the labels; then what is only there to recognise wrong answers."""
        s, z = self._scaled(), self.vector("logits")
        digit, other = self.number("digit"), self.number("other")
        match name:
            case "one_hot":
                rows = (tuple(_one_hot(digit).tolist()), tuple(_one_hot(other).tolist()))
                return Matrix(name, f"{digit:g} and {other:g} as one-hot", LABELS, DIGITS, rows, digits=0)
            case "as_numbers":
                return Number(name, "(difference)² as numbers", (digit - other) ** 2)
            case "as_one_hot":
                apart = np.square(_one_hot(digit) - _one_hot(other)).sum()
                return Number(name, "Σ (difference)² as one-hot", float(apart))
            case "zeros_before":
                return Number(name, "zeros before the 1", float(_one_hot(digit).argmax()))
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
            case "share_of_scores":
                return Vector(name, "s / Σ s, without e", CLASSES, tuple((s / (s.sum() or np.inf)).tolist()))
            case "against_largest":
                return Vector(name, "e^s / largest e^s", CLASSES, tuple(np.exp(s - s.max()).tolist()))
            case "times_temperature":
                return Vector(name, "(z + c)·T", CLASSES, tuple(((z + self.number("shift")) * self._t).tolist()))
            case "wrong_way_round":
                return Vector(name, "largest s less s", CLASSES, tuple((s.max() - s).tolist()))
            case "odds_turned":
                return Number(name, "p of B / p of A", _odds(s[1], s[0]))
            case "difference":
                return Number(name, "s of A − s of B", float(s[0] - s[1]))
            case "place_from_one":
                return Number(name, "the place counted from 1", digit + 1)
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    def counted(self) -> frozenset[str]:
        """What wrong answers come to, and a place that is counted."""
        return frozenset(
            {
                "share_of_scores", "against_largest", "times_temperature", "wrong_way_round", "odds_turned",
                "difference", "place_from_one", "zeros_before",
            }
        )  # fmt: skip

    def worksheet(self) -> Worksheet:
        """From the logits to the probabilities, one number from the other; what is not finite has no arithmetic."""
        sheet = super().worksheet()
        cell, s = sheet.cell, self._scaled()
        shifted, p = s - s.max(), softmax(s)
        exps, shares = self._naive()
        sheet.put(
            "scaled",
            s,
            lambda i: Form("(z + c) / T", lambda n: (n(cell("logits", i)) + n(cell("shift"))) / n(cell("temperature"))),
        )
        sheet.put("shifted", shifted, lambda i: Form(
            "s − m, m the largest s", lambda n: n(cell("scaled", i)) - n(cell("scaled", int(s.argmax())))
        ))  # fmt: skip
        sheet.put("exps", np.exp(shifted), lambda i: Form("e^(s − m)", lambda n: exp(n(cell("shifted", i)))))
        sheet.put("exp_sum", np.exp(shifted).sum(), lambda: Form(
            "Σ e^(s − m)", lambda n: total(n.each(sheet.cells("exps")))
        ))  # fmt: skip
        sheet.put("p", p, lambda i: softmax_forms(cell("scaled", i), sheet.cells("scaled")))
        sheet.put("p_sum", p.sum(), lambda: Form("Σ p", lambda n: total(n.each(sheet.cells("p")))))
        sheet.put("odds", _odds(s[0], s[1]), lambda: Form(
            "e^(s of A − s of B)", lambda n: exp(n(cell("scaled", 0)) - n(cell("scaled", 1)))
        ))  # fmt: skip
        sheet.put("top", p.max(), lambda: Form("the largest p", lambda n: n(cell("p", int(p.argmax())))))
        sheet.put("powers", exps, lambda i: Form("e^(s)", lambda n: exp(n(cell("scaled", i)))))
        sheet.put("naive_p", shares, lambda i: Form(
            "e^(s) / Σ e^(s)", lambda n: n(cell("powers", i)) / total(n.each(sheet.cells("powers")))
        ))  # fmt: skip
        sheet.put("limit", np.log(LARGEST_FLOAT32), lambda: Form(
            "ln(the largest float32)", lambda n: ln(n(LARGEST_FLOAT32))
        ))  # fmt: skip
        sheet.put("twice_exps", np.exp(p), lambda i: Form("e^(p)", lambda n: exp(n(cell("p", i)))))
        sheet.put("twice", softmax(p), lambda i: softmax_forms(cell("p", i), sheet.cells("p")))
        sheet.put("twice_top", softmax(p).max(), lambda: Form(
            "the largest of softmax(p)", lambda n: n(cell("twice", int(p.argmax())))
        ))  # fmt: skip
        self._put_labels(sheet)
        return sheet

    def _put_labels(self, sheet: Worksheet) -> None:
        one, other = _one_hot(self.number("digit")), _one_hot(self.number("other"))
        differ = [i for i in range(len(DIGITS)) if one[i] != other[i]]
        cell = sheet.cell
        sheet.give("one_hot", [one, other])
        sheet.put("as_numbers", (self.number("digit") - self.number("other")) ** 2, lambda: Form(
            "(a − b)·(a − b)",
            lambda n: (n(cell("digit")) - n(cell("other"))) * (n(cell("digit")) - n(cell("other"))),
        ))  # fmt: skip
        sheet.put("as_one_hot", np.square(one - other).sum(), lambda: Form(
            "Σ (a − b)·(a − b), where they differ",
            lambda n: total([
                (n(cell("one_hot", 0, i)) - n(cell("one_hot", 1, i)))
                * (n(cell("one_hot", 0, i)) - n(cell("one_hot", 1, i)))
                for i in differ
            ]),
        ))  # fmt: skip

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The naive table has two columns of numbers."""
        if name == "naive":
            return ("powers", "naive_p")[index[1] - 1], index[:1]
        return name, index

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

    @property
    def _t(self) -> float:
        return self.number("temperature")

    def _scaled(self) -> Array:
        scaled: Array = (self.vector("logits") + self.number("shift")) / self._t
        return scaled

    def _naive(self) -> tuple[Array, Array]:
        """e^s and its shares in float32, nothing subtracted: inf above 88.7, nan where inf is divided by inf."""
        with np.errstate(all="ignore"):
            exps = np.exp(self._scaled().astype(np.float32))
            shares = exps / exps.sum()
        return exps.astype(np.float64), shares.astype(np.float64)

    def _naive_outcome(self) -> str:
        exps, shares = self._naive()
        if shares.sum() > 0:
            return "numbers"
        return "inf" if exps.any() else "nothing but 0"

    def _curve(self, name: str) -> Curve:
        """The probabilities while A's logit goes 6 down and 6 up from where it is."""
        logits = self.vector("logits")
        moved = np.linspace(logits[0] - 6, logits[0] + 6, 61)
        rows = np.tile(logits, (len(moved), 1))
        rows[:, 0] = moved
        p = softmax((rows + self.number("shift")) / self._t)
        lines = tuple(Series(c, tuple(moved.tolist()), tuple(p[:, i].tolist())) for i, c in enumerate(CLASSES))
        marker = (float(logits[0]), float(softmax(self._scaled())[0]))
        return Curve(name, "p of each class", "logit of A", lines, 0.0, 1.0, marker)


def _one_hot(digit: float) -> Array:
    return np.eye(len(DIGITS))[round(digit)]


def _odds(one: float, other: float) -> float:
    """p / p′ of two classes: e^(s − s′), whatever the third one has."""
    with np.errstate(over="ignore"):
        return float(np.exp(one - other))


def _word_or_number(value: float) -> str | float:
    """What is no finite number, by the word that NumPy and TensorFlow print for it."""
    return value if np.isfinite(value) else str(value)
