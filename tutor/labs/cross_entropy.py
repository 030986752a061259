"""Cross-entropy beside squared error: values and gradients, clipped or fused, accuracy, and the slow start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine import losses
from tutor.engine.activations import activation_gradient, sigmoid, softmax
from tutor.engine.derivation import Cell
from tutor.engine.derivations.activated import activation_forms, log_sum_exp, shifted_log_sum_exp, softmax_forms
from tutor.engine.derivations.expressions import Expression, exp, ln, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import ChoiceControl, Control, NumberControl, VectorControl
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Code, Curve, Matrix, Number, Readout, Series, Table, Text, Vector
from tutor.training.keras_program import KerasProgram

CLASSES, ROWS, NETWORKS = ("A", "B", "C"), ("1", "2", "3"), ("careful", "bold")
LOSSES = ("cross-entropy", "squared error")
MOST_STEPS = 2000
P, Z = np.linspace(0.01, 0.99, 99), np.linspace(-8.0, 8.0, 81)

NUMBERS = {
    "cross_entropy": "D(y, p) = −Σ y·ln p",
    "fused": "from the logits, fused",
    "clipped": "from p, clipped as in Keras",
    "squared_error": "squared error, the mean",
    "turned": "D(p, y) = −Σ p·ln y",
    "neuron_y": "output σ(z), to become 1",
    "label_p": "p of the label",
    "label_gradient": "∂loss/∂z of the label's class",
    # What wrong answers come to
    "sum_of_all": "−ln p of all classes, added",
    "over_classes": "cross-entropy / 3",
    "logarithm": "ln p of the label",
    "turned_gradient": "y − p of the label's class",
    "slope_by_p": "−1 / p of the label",
    "squared_sum": "squared error, the sum",
    "no_slope": "2·(σ(z) − 1), without σ′",
    "turned_slope": "squared error's slope, turned",
}
VECTORS = {
    "p": "prediction p",
    "y": "label y",
    "z": "logits z",
    "surprise": "−ln p",
    "terms": "−y·ln p",
    "ce_gradient": "cross-entropy: ∂/∂z",
    "se_gradient": "squared error: ∂/∂z",
    "clipped_gradient": "clipped: ∂/∂z",
}
WRONG = (
    "sum_of_all",
    "over_classes",
    "logarithm",
    "turned_gradient",
    "slope_by_p",
    "squared_sum",
    "no_slope",
    "turned_slope",
    "sums",
)

Array = NDArray[np.float64]


class CrossEntropyLab(Lab):
    """A prediction and a label under both losses; two networks on three rows; a sigmoid that is confidently wrong."""

    id = "cross-entropy"
    title = "How wrong is a prediction?"

    def controls(self) -> tuple[Control, ...]:
        """The prediction, as shares or as logits, and the label; two networks; a sigmoid neuron."""
        return (
            ChoiceControl("given_as", "prediction from", ("shares", "logits"), "shares", "the row that counts"),
            VectorControl("shares", "shares", CLASSES, 0.05, 1, 0.05, (0.1, 0.5, 0.4), "over their sum they are p"),
            VectorControl("logits", "logits", CLASSES, -100, 100, 0.5, (0.0, 1.0, 0.0), "softmax makes p of them"),
            ChoiceControl("label", "the right class", CLASSES, "B", "where y is 1"),
            NumberControl("smoothing", "label smoothing", 0, 0.9, 0.1, 0.0, help="a part spread over all"),
            VectorControl("careful", "careful: p of right", ROWS, 0.01, 0.99, 0.05, (0.6, 0.6, 0.6), "in each row"),
            VectorControl("bold", "bold: p of right", ROWS, 0.01, 0.99, 0.05, (0.99, 0.99, 0.4), "in each row"),
            NumberControl("neuron_z", "z of the neuron", -10, 10, 0.5, -4.0, help="what goes into σ"),
            NumberControl(
                "rate", "learning rate", 0.1, 10, 0.5, 1.0, choices=(0.1, 0.5, 1, 2, 5, 10), help="z moves by it"
            ),
        )

    def groups(self) -> tuple[Group, ...]:
        """Prediction and label; the losses; their gradients; two networks; the neuron."""
        return (
            Group(
                "Prediction and label", ("given_as", "shares", "logits", "label", "smoothing", "z", "p", "y", "verdict")
            ),
            Group("Losses", ("surprise", "terms", "cross_entropy", "fused", "clipped", "squared_error", "turned")),
            Group("Gradients by the logits", ("gradients",)),
            Group("Losses over p of the label", ("curve",)),
            Group("Two networks, three rows", ("careful", "bold", "row_losses", "comparison")),
            Group("A sigmoid, label 1", ("neuron_z", "rate", "neuron_y", "neuron", "neuron_curve", "steps_needed")),
            Group("Keras", ("keras",)),
        )

    def readout_names(self) -> tuple[str, ...]:
        """All numbers and rows of numbers, the tables and curves, the program."""
        return (
            *NUMBERS, *VECTORS, "gradients", "curve", "row_losses", "comparison", "sums",
            "neuron", "neuron_curve", "steps_needed", "verdict", "keras",
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """All but the program, which has a screen of its own."""
        return tuple(name for group in self.groups()[:-1] for name in group.names)

    def counted(self) -> frozenset[str]:
        """Steps that were counted, and what wrong answers come to."""
        return frozenset({*WRONG, "steps_needed"})

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine's own losses and gradients."""
        values = self._numbers()
        if name in NUMBERS:
            return Number(name, NUMBERS[name], float(values[name]))
        if name in VECTORS:
            return Vector(name, VECTORS[name], CLASSES, tuple(values[name].tolist()), bars=name in ("p", "y"))
        match name:
            case "gradients":
                columns = [values[of].tolist() for of in ("ce_gradient", "se_gradient", "clipped_gradient")]
                rows = tuple(zip(CLASSES, *columns, strict=True))
                return Table(name, "what comes back to z", ("z", *LOSSES, "clipped"), rows)
            case "row_losses":
                return Matrix(name, "−ln p of the right class", NETWORKS, ROWS, _rows(values[name]))
            case "comparison":
                found = zip(NETWORKS, values["network_loss"].tolist(), values["accuracy"].tolist(), strict=True)
                return Table(name, "over the three rows", ("network", "mean loss", "accuracy"), tuple(found))
            case "sums":
                return Vector(name, "summed losses", NETWORKS, tuple(values["row_losses"].sum(axis=1).tolist()))
            case "neuron":
                both = tuple(zip(LOSSES, values["neuron_loss"].tolist(), values["slope"].tolist(), strict=True))
                return Table(name, "with the label 1", ("loss", "value", "slope by z"), both)
            case "steps_needed":
                counted = _steps_needed(self.number("neuron_z"), self.number("rate"))
                label = f"steps until σ(z) > ½, {MOST_STEPS} at most"
                return Vector(name, label, LOSSES, counted, digits=0)
            case "verdict":
                right = int(values["p"].argmax()) == CLASSES.index(self.word("label"))
                return Text(name, "the most probable class is", "right" if right else "wrong")
            case "curve":
                return self._curve(name, values)
            case "neuron_curve":
                slopes = np.abs([_neuron(z)[2] for z in Z.tolist()])
                lines = tuple(
                    Series(of, tuple(Z.tolist()), tuple(slopes[:, i].tolist())) for i, of in enumerate(LOSSES)
                )
                here = (self.number("neuron_z"), float(abs(values["slope"][1])))
                return Curve(name, "size of the slope", "z", lines, 0.0, 1.0, here)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    def _numbers(self) -> dict[str, Array]:
        """Every number of the lab by its name, worked out by the engine."""
        right = CLASSES.index(self.word("label"))
        smoothing = self.number("smoothing")
        hot = np.eye(len(CLASSES))[right]
        y = hot * (1 - smoothing) + smoothing / len(CLASSES)
        if self.word("given_as") == "shares":
            p = self.vector("shares") / self.vector("shares").sum()
            z = np.log(p)
        else:
            z = self.vector("logits")
            p = softmax(z)
        rows_z, rows_p, rows_y = z[None], p[None], y[None]
        with np.errstate(divide="ignore"):
            log_y = np.log(y)
        se_by_p = losses.mean_squared_error_gradient(rows_p, rows_y)
        clipped_by_p = losses.crossentropy_probabilities_gradient(rows_p, rows_y)
        terms = np.where(y == 0, 0, -y * np.log(p))
        ce_gradient = losses.crossentropy_logits_gradient(rows_z, rows_y)[0]
        sure = np.stack([self.vector(network) for network in NETWORKS])
        both = np.stack([sure, 1 - sure], axis=-1)
        first = _first_is_right(both[0])
        row_losses = np.stack([losses.crossentropy_from_probabilities(network, first) for network in both])
        neuron_y, neuron_loss, slope = _neuron(self.number("neuron_z"))
        return {
            "hot": hot, "y": y, "p": p, "z": z, "surprise": -np.log(p), "terms": terms, "cross_entropy": terms.sum(),
            "fused": losses.crossentropy_from_logits(rows_z, rows_y)[0],
            "clipped": losses.crossentropy_from_probabilities(rows_p, rows_y)[0],
            "squared_error": losses.mean_squared_error(rows_p, rows_y)[0],
            "turned": losses.crossentropy_from_logits(log_y[None], rows_p)[0],
            "ce_gradient": ce_gradient,
            "se_by_p": se_by_p[0], "se_gradient": activation_gradient("softmax", se_by_p, rows_z, rows_p)[0],
            "clipped_by_p": clipped_by_p[0],
            "clipped_gradient": activation_gradient("softmax", clipped_by_p, rows_z, rows_p)[0],
            "label_p": p[right], "label_gradient": ce_gradient[right],
            "row_losses": row_losses, "network_loss": row_losses.mean(axis=1),
            "accuracy": np.array([losses.accuracy(network, first) for network in both]),
            "neuron_y": neuron_y, "neuron_loss": neuron_loss, "slope": slope,
            "sum_of_all": -np.log(p).sum(), "over_classes": terms.sum() / len(CLASSES), "logarithm": np.log(p[right]),
            "turned_gradient": -ce_gradient[right], "slope_by_p": -1 / p[right],
            "squared_sum": np.square(p - y).sum(), "no_slope": 2 * (neuron_y - 1), "turned_slope": -slope[1],
        }  # fmt: skip

    def worksheet(self) -> Worksheet:
        """From the shares or the logits to the losses, and back; then the two networks and the neuron."""
        sheet, values = super().worksheet(), self._numbers()
        cell, right = sheet.cell, CLASSES.index(self.word("label"))

        def put(name: str, formula: str, write: Callable[..., Expression]) -> None:
            sheet.put(name, values[name], lambda *at: Form(formula, lambda n: write(n, *at)))

        def wanted(n: Writer, worth: Callable[[int], Expression]) -> Expression:
            """−Σ y·worth, without the classes that have y = 0."""
            return -total([n(cell("y", k)) * worth(k) for k in range(len(CLASSES)) if values["y"][k]])

        def label(n: Writer, k: int) -> Expression:
            a = n(cell("smoothing"))
            return (n(1) - a) * n(cell("hot", k)) + a / n(len(CLASSES))

        def by_logits(n: Writer, log_sum: Callable[[Writer, Sequence[Cell]], Expression]) -> Expression:
            return wanted(n, lambda k: n(cell("z", k)) - log_sum(n, sheet.cells("z")))

        def through_softmax(n: Writer, by_p: str, k: int) -> Expression:
            mean = total([n(p) * n(g) for p, g in zip(sheet.cells("p"), sheet.cells(by_p), strict=True)])
            return n(cell("p", k)) * (n(cell(by_p, k)) - mean)

        def kept(n: Writer, k: int) -> Expression:
            q = n.read(cell("p", k))
            return n(cell("p", k)) if _inside(q) else n(float(np.clip(q, losses.EPSILON, 1 - losses.EPSILON)))

        def by_clipped(n: Writer, k: int) -> Expression:
            inside = [j for j in range(len(CLASSES)) if values["y"][j] and _inside(values["p"][j])]
            through_sum = total([n(cell("y", j)) for j in inside])
            return through_sum - n(cell("y", k)) / n(cell("p", k)) if k in inside else through_sum

        sheet.give("hot", values["hot"])
        put("y", "(1 − a)·[1 for the right class] + a / 3, a the smoothing", label)
        if self.word("given_as") == "shares":
            put("p", "share / Σ shares", lambda n, k: n(cell("shares", k)) / total(n.each(sheet.cells("shares"))))
            put("z", "ln(p)", lambda n, k: ln(n(cell("p", k))))
        else:
            put("z", "the logit, as it was set", lambda n, k: n(cell("logits", k)))
            sheet.put("p", values["p"], lambda k: softmax_forms(cell("z", k), sheet.cells("z")))
        put("surprise", "−ln(p)", lambda n, k: -ln(n(cell("p", k))))
        put("terms", "−y·ln(p)", lambda n, k: -(n(cell("y", k)) * ln(n(cell("p", k)))))
        put("cross_entropy", "Σ −y·ln(p)", lambda n: total(n.each(sheet.cells("terms"))))
        sheet.put("fused", values["fused"], lambda: (
            Form("−Σ y·(z − ln Σ e^(z))", lambda n: by_logits(n, log_sum_exp)),
            Form("−Σ y·(z − (m + ln Σ e^(z − m))), m the largest z", lambda n: by_logits(n, shifted_log_sum_exp)),
        ))  # fmt: skip
        put("clipped", "−Σ y·ln(p), p kept within 1e-7 and 1 − 1e-7", lambda n: wanted(n, lambda k: ln(kept(n, k))))
        put("squared_error", "Σ (p − y)·(p − y) / 3", lambda n: total([
            (n(cell("p", k)) - n(cell("y", k))) * (n(cell("p", k)) - n(cell("y", k))) for k in range(len(CLASSES))
        ]) / n(len(CLASSES)))  # fmt: skip
        put("turned", "−Σ p·ln(y)", lambda n: -total([
            n(cell("p", k)) * ln(n(cell("y", k))) for k in range(len(CLASSES))
        ]))  # fmt: skip
        put("ce_gradient", "p − y", lambda n, k: n(cell("p", k)) - n(cell("y", k)))
        put("se_by_p", "2·(p − y) / 3", lambda n, k: n(2) * (n(cell("p", k)) - n(cell("y", k))) / n(len(CLASSES)))
        put("se_gradient", "pⱼ·(gⱼ − Σ p·g), g = 2·(p − y) / 3", lambda n, k: through_softmax(n, "se_by_p", k))
        put("clipped_by_p", "Σy − y / p, without the y whose p was clipped", by_clipped)
        put("clipped_gradient", "pⱼ·(gⱼ − Σ p·g)", lambda n, k: through_softmax(n, "clipped_by_p", k))
        put("label_p", "p of the right class", lambda n: n(cell("p", right)))
        put("label_gradient", "p − y of the right class", lambda n: n(cell("p", right)) - n(cell("y", right)))
        put("row_losses", "−ln(p)", lambda n, i, row: -ln(n(cell(NETWORKS[i], row))))
        put("network_loss", "Σ losses / 3", lambda n, i: total(n.each(sheet.cells("row_losses", i))) / n(len(ROWS)))
        put("accuracy", "rows with p of at least ½, / 3", lambda n, i: (
            n(sum(n.read(each) >= 0.5 for each in sheet.cells(NETWORKS[i]))) / n(len(ROWS))
        ))  # fmt: skip
        self._put_neuron(sheet, values)
        return sheet

    def _put_neuron(self, sheet: Worksheet, values: dict[str, Array]) -> None:
        z = sheet.cell("neuron_z")
        sheet.put("neuron_y", values["neuron_y"], lambda: activation_forms("sigmoid", z))
        y = sheet.cell("neuron_y")
        loss_forms = (
            (Form("−ln(y)", lambda n: -ln(n(y))), Form("ln(1 + e^(−z))", lambda n: ln(n(1) + exp(-n(z))))),
            Form("(y − 1)·(y − 1)", lambda n: (n(y) - n(1)) * (n(y) - n(1))),
        )
        slopes = (
            (Form("y − 1", lambda n: n(y) - n(1)), Form("−1 / (1 + e^(z))", lambda n: -(n(1) / (n(1) + exp(n(z)))))),
            Form("2·(y − 1)·y·(1 − y)", lambda n: n(2) * (n(y) - n(1)) * n(y) * (n(1) - n(y))),
        )
        sheet.put("neuron_loss", values["neuron_loss"], lambda i: loss_forms[i])
        sheet.put("slope", values["slope"], lambda i: slopes[i])

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The tables have a column for each of several rows of numbers."""
        columns = {
            "gradients": ("ce_gradient", "se_gradient", "clipped_gradient"),
            "comparison": ("network_loss", "accuracy"),
            "neuron": ("neuron_loss", "slope"),
        }
        if name in columns:
            return columns[name][index[1] - 1], index[:1]
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """Both forms of cross-entropy, their gradients, the squared error."""
        return (
            losses.crossentropy_from_logits, losses.crossentropy_logits_gradient,
            losses.crossentropy_from_probabilities, losses.crossentropy_probabilities_gradient,
            losses.mean_squared_error, losses.mean_squared_error_gradient,
        )  # fmt: skip

    def keras_program(self) -> KerasProgram:
        """Both forms of cross-entropy and the squared error, with what comes back to the logits."""
        labels = [round(each, 12) for each in self._numbers()["y"].tolist()]
        y = fill(f"y = np.array([{labels}])", 42, subsequent_indent="    ")
        if self.word("given_as") == "shares":
            z = f"s = np.array([{self.vector('shares').tolist()}])\nz = np.log(s / s.sum())"
        else:
            z = f"z = np.array([{self.vector('logits').tolist()}])"
        source = f"""\
import keras
import numpy as np
import tensorflow as tf

ce = keras.losses.categorical_crossentropy
mse = keras.losses.mean_squared_error
{y}
{z}
z = tf.Variable(z, dtype="float32")
tape = tf.GradientTape(persistent=True)
with tape:
    p = tf.nn.softmax(z)
    fused = ce(y, z, from_logits=True)
    clipped = ce(y, p)
    squared = mse(y, p)
ce_gradient = tape.gradient(fused, z)
se_gradient = tape.gradient(squared, z)
clipped_gradient = tape.gradient(
    clipped, z)
"""
        names = ("p", "fused", "clipped", "ce_gradient", "clipped_gradient", "se_gradient")
        return KerasProgram(source, {name: name for name in names} | {"squared_error": "squared"})

    def _curve(self, name: str, values: dict[str, Array]) -> Curve:
        """Both losses of a yes or no as p of what is right goes from 0.01 to 0.99."""
        rows = np.stack([P, 1 - P], axis=-1)
        labels = _first_is_right(rows)
        ys = (losses.crossentropy_from_probabilities(rows, labels), losses.mean_squared_error(rows, labels))
        lines = tuple(
            Series(of, tuple(P.tolist()), tuple(y.tolist())) for of, y in zip(("−ln p", "(1 − p)²"), ys, strict=True)
        )
        p = float(values["label_p"])
        return Curve(name, "loss", "p of the label", lines, 0.0, marker=(p, float(-np.log(p))))


def _inside(q: float) -> bool:
    """Whether Keras leaves a probability as it is before the logarithm."""
    return losses.EPSILON <= q <= 1 - losses.EPSILON


def _first_is_right(rows: Array) -> Array:
    """Labels of two classes for as many rows: y = (1, 0)."""
    return np.tile((1.0, 0.0), (len(rows), 1))


def _rows(values: Array) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values.tolist())


def _neuron(z: float) -> tuple[Array, Array, Array]:
    """σ(z), both losses with the label 1, and both slopes by z."""
    logit, one = np.array([[z]]), np.ones((1, 1))
    y = sigmoid(logit)
    by_y = losses.mean_squared_error_gradient(y, one)
    value = (losses.binary_crossentropy_from_logits(logit, one), losses.mean_squared_error(y, one))
    slope = (losses.binary_crossentropy_logits_gradient(logit, one), activation_gradient("sigmoid", by_y, logit, y))
    return np.asarray(y[0, 0], np.float64), np.asarray(value, np.float64).ravel(), np.asarray(slope, np.float64).ravel()


@lru_cache(maxsize=64)
def _steps_needed(z: float, rate: float) -> tuple[float, ...]:
    """How many steps z ← z − rate·slope each loss takes until σ(z) is above one half."""
    counted = []
    for of in range(len(LOSSES)):
        moved, steps = z, 0
        while moved <= 0 and steps < MOST_STEPS:
            moved -= rate * float(_neuron(moved)[2][of])
            steps += 1
        counted.append(float(steps))
    return tuple(counted)
