"""Cross-entropy and squared error: values and gradients, clipped or fused, accuracy, and the slow start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from textwrap import fill
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine import losses
from tutor.engine.activations import activation_gradient, sigmoid
from tutor.engine.derivations.cells import Cells, Index, constant, ln, stacked, sum_of
from tutor.engine.derivations.derivation import Cell
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.expressions import exp as exp_of
from tutor.engine.derivations.expressions import ln as ln_of
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.rules.activated import activation_forms, log_sum_exp, shifted_log_sum_exp
from tutor.labs.cross_entropy.drawings import (
    ROWS,
    Z,
    both_losses,
    draw_networks,
    draw_neuron,
    draw_prediction,
    loss_curve,
)
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.training.keras_program import KerasProgram

CLASSES, NETWORKS = ("A", "B", "C"), ("careful", "bold")
LOSSES = ("cross-entropy", "squared error")
MOST_STEPS = 2000

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

    def fill(self, sheet: Sheet) -> None:
        """From the shares or the logits to the losses, and back; then the two networks and the neuron."""
        self._fill_prediction(sheet)
        self._fill_losses(sheet)
        self._fill_gradients(sheet)
        self._fill_networks(sheet)
        self._fill_neuron(sheet)
        draw_prediction(sheet, CLASSES, self.word("label"))
        draw_networks(sheet, NETWORKS)
        draw_neuron(sheet, self.number("neuron_z"))

    @property
    def _right(self) -> int:
        return CLASSES.index(self.word("label"))

    def _fill_prediction(self, sheet: Sheet) -> None:
        a, classes = sheet["smoothing"], len(CLASSES)
        if self.word("given_as") == "shares":
            shares = sheet["shares"]
            p = sheet.vector("p", "prediction p", CLASSES, shares / shares.sum(), "share / Σ shares", bars=True)
            sheet.vector("z", "logits z", CLASSES, ln(p), "ln(p)")
        else:
            sheet.vector("z", "logits z", CLASSES, sheet["logits"], "the logit, as it was set")
            p = sheet.vector("p", "prediction p", CLASSES, sheet.softmax("z"), bars=True)
        hot = sheet.give("hot", np.eye(classes)[self._right])
        label = (1 - a) * hot + a / classes
        sheet.vector(
            "y", "label y", CLASSES, label, "(1 − a)·[1 for the right class] + a / 3, a the smoothing", bars=True
        )
        sheet.number("label_p", "p of the label", p[self._right], "p of the right class")
        found = int(p.values.argmax()) == self._right
        sheet.text("verdict", "the most probable class is", "right" if found else "wrong")

    def _fill_losses(self, sheet: Sheet) -> None:
        y, p, z = sheet["y"], sheet["p"], sheet["z"]
        rows = z.values[None], p.values[None], y.values[None]
        wanted = [k for k in range(len(CLASSES)) if y.values[k]]
        sheet.vector("surprise", "−ln p", CLASSES, -ln(p), "−ln(p)")
        terms = (-(y * ln(p))).computed(np.where(y.values == 0, 0, -y.values * np.log(p.values)))
        terms = sheet.vector("terms", "−y·ln p", CLASSES, terms, "−y·ln(p)")
        sheet.number("cross_entropy", "D(y, p) = −Σ y·ln p", terms.sum(), "Σ −y·ln(p)")

        def by_logits(log_sum: Callable[[Writer, Sequence[Cell]], Expression]) -> Callable[[Writer], Expression]:
            logits = sheet.worksheet.cells("z")
            return lambda n: -total([y.write(n, (k,)) * (z.write(n, (k,)) - log_sum(n, logits)) for k in wanted])

        fused = (
            Form("−Σ y·(z − ln Σ e^(z))", by_logits(log_sum_exp)),
            Form("−Σ y·(z − (m + ln Σ e^(z − m))), m the largest z", by_logits(shifted_log_sum_exp)),
        )
        from_logits = losses.crossentropy_from_logits(rows[0], rows[2])[0]
        sheet.number("fused", "from the logits, fused", Explained(np.asarray(from_logits), lambda: fused))

        def clipped(k: int) -> Cells:
            """p of a class after Keras's clipping."""
            bound, cell = float(np.clip(p.values[k], losses.EPSILON, 1 - losses.EPSILON)), sheet.worksheet.cell("p", k)

            def written(n: Writer, _: Index) -> Expression:
                n.read(cell)
                return n(bound)

            return p[k] if _inside(cell.value) else Cells(np.asarray(bound), written)

        kept = sum_of([y[k] * ln(clipped(k)) for k in wanted])
        sheet.number(
            "clipped", "from p, clipped as in Keras",
            (-kept).computed(losses.crossentropy_from_probabilities(rows[1], rows[2])[0]),
            "−Σ y·ln(p), p kept within 1e-7 and 1 − 1e-7",
        )  # fmt: skip
        mean = ((p - y) * (p - y)).sum() / len(CLASSES)
        squared = mean.computed(losses.mean_squared_error(rows[1], rows[2])[0])
        sheet.number("squared_error", "squared error, the mean", squared, "Σ (p − y)·(p − y) / 3")
        turned = losses.crossentropy_from_logits(np.log(rows[2]), rows[1])[0]
        sheet.number("turned", "D(p, y) = −Σ p·ln y", (-(p * ln(y)).sum()).computed(turned), "−Σ p·ln(y)")
        sheet.vector("turned_terms", "−p·ln y", CLASSES, -(p * ln(y)), "−p·ln(y)")
        sheet.number("squared_sum", "squared error, the sum", ((p - y) * (p - y)).sum(), "Σ (p − y)·(p − y)")
        sheet.show("curve", lambda: both_losses(sheet["label_p"].number))
        sheet.show("loss_curve", lambda: loss_curve(sheet["label_p"].number))

    def _fill_gradients(self, sheet: Sheet) -> None:
        y, p, right = sheet["y"], sheet["p"], self._right
        rows = sheet["z"].values[None], p.values[None], y.values[None]

        def through_softmax(by_p: Cells) -> Cells:
            back = activation_gradient("softmax", by_p.values[None], rows[0], rows[1])[0]
            return (p * (by_p - (p * by_p).sum())).computed(back)

        apart = (p - y).computed(losses.crossentropy_logits_gradient(rows[0], rows[2])[0])
        ours = sheet.vector("ce_gradient", "cross-entropy: ∂/∂z", CLASSES, apart, "p − y")
        by_p = (2 * (p - y) / len(CLASSES)).computed(losses.mean_squared_error_gradient(rows[1], rows[2])[0])
        by_p = sheet.let("se_by_p", by_p, "2·(p − y) / 3")
        said = "pⱼ·(gⱼ − Σ p·g), g = 2·(p − y) / 3"
        theirs = sheet.vector("se_gradient", "squared error: ∂/∂z", CLASSES, through_softmax(by_p), said)
        inside = [k for k in range(len(CLASSES)) if y.values[k] and _inside(p.values[k])]
        through_sum = sum_of([y[k] for k in inside]) if inside else constant(0.0)
        each = [through_sum - y[k] / p[k] if k in inside else through_sum for k in range(len(CLASSES))]
        clipped = stacked(each).computed(losses.crossentropy_probabilities_gradient(rows[1], rows[2])[0])
        clipped = sheet.let("clipped_by_p", clipped, "Σy − y / p, without the y whose p was clipped")
        clipped = through_softmax(clipped)
        clipped = sheet.vector("clipped_gradient", "clipped: ∂/∂z", CLASSES, clipped, "pⱼ·(gⱼ − Σ p·g)")
        columns = ("z", *LOSSES, "clipped")
        sheet.table("gradients", "what comes back to z", columns, CLASSES, (ours, theirs, clipped))
        of_label = (p[right] - y[right]).computed(ours.values[right])
        sheet.number("label_gradient", "∂loss/∂z of the label's class", of_label, "p − y of the right class")

    def _fill_networks(self, sheet: Sheet) -> None:
        sure = stacked([sheet[network] for network in NETWORKS])
        both = np.stack([sure.values, 1 - sure.values], axis=-1)
        first = _first_is_right(both[0])
        by_row = (-ln(sure)).computed([losses.crossentropy_from_probabilities(network, first) for network in both])
        by_row = sheet.matrix("row_losses", "−ln p of the right class", NETWORKS, ROWS, by_row, "−ln(p)")
        mean = (by_row.sum(axis=1) / len(ROWS)).computed(by_row.values.mean(axis=1))
        mean = sheet.let("network_loss", mean, "Σ losses / 3")
        cells = [sheet.worksheet.cells(network) for network in NETWORKS]
        share = Cells(
            np.array([losses.accuracy(network, first) for network in both]),
            lambda n, at: n(sum(n.read(each) >= 0.5 for each in cells[at[0]])) / n(len(ROWS)),
        )
        share = sheet.let("accuracy", share, "rows with p of at least ½, / 3")
        sheet.table("comparison", "over the three rows", ("network", "mean loss", "accuracy"), NETWORKS, (mean, share))
        sheet.vector("sums", "summed losses", NETWORKS, by_row.sum(axis=1), "Σ losses")

    def _fill_neuron(self, sheet: Sheet) -> None:
        z = sheet.worksheet.cell("neuron_z")
        output, loss, slope = _neuron(self.number("neuron_z"))
        sheet.number("neuron_y", "output σ(z), to become 1", Explained(output, lambda: activation_forms("sigmoid", z)))
        y = sheet.worksheet.cell("neuron_y")
        loss_forms = (
            (Form("−ln(y)", lambda n: -ln_of(n(y))), Form("ln(1 + e^(−z))", lambda n: ln_of(n(1) + exp_of(-n(z))))),
            Form("(y − 1)·(y − 1)", lambda n: (n(y) - n(1)) * (n(y) - n(1))),
        )
        slopes = (
            (Form("y − 1", lambda n: n(y) - n(1)), Form("−1 / (1 + e^(z))", lambda n: -(n(1) / (n(1) + exp_of(n(z)))))),
            Form("2·(y − 1)·y·(1 − y)", lambda n: n(2) * (n(y) - n(1)) * n(y) * (n(1) - n(y))),
        )
        both = (
            sheet.let("neuron_loss", Explained(loss, lambda i: loss_forms[i])),
            sheet.let("slope", Explained(slope, lambda i: slopes[i])),
        )
        sheet.table("neuron", "with the label 1", ("loss", "value", "slope by z"), LOSSES, both)
        sheet.number("no_slope", "2·(σ(z) − 1), without σ′", 2 * (sheet["neuron_y"] - 1), "2·(y − 1)")
        sheet.show("neuron_curve", lambda: self._neuron_curve(float(abs(slope[1]))))
        counted = sheet.give("steps counted", np.array(_steps_needed(self.number("neuron_z"), self.number("rate"))))
        sheet.vector("steps_needed", f"steps until σ(z) > ½, {MOST_STEPS} at most", LOSSES, counted, digits=0)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """Both forms of cross-entropy, their gradients, the squared error."""
        return (
            losses.crossentropy_from_logits, losses.crossentropy_logits_gradient,
            losses.crossentropy_from_probabilities, losses.crossentropy_probabilities_gradient,
            losses.mean_squared_error, losses.mean_squared_error_gradient,
        )  # fmt: skip

    def keras_program(self) -> KerasProgram:
        """Both forms of cross-entropy and the squared error, with their gradients by the logits."""
        labels = [round(each, 12) for each in self.sheet["y"].values.tolist()]
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

    def _neuron_curve(self, here: float) -> Curve:
        """The size of both slopes over z."""
        slopes = np.abs([_neuron(z)[2] for z in Z.tolist()])
        lines = tuple(Series(of, tuple(Z.tolist()), tuple(slopes[:, i].tolist())) for i, of in enumerate(LOSSES))
        return Curve("neuron_curve", "size of the slope", "z", lines, 0.0, 1.0, (self.number("neuron_z"), here))


def _inside(q: float) -> bool:
    """Whether Keras leaves a probability unclipped."""
    return losses.EPSILON <= q <= 1 - losses.EPSILON


def _first_is_right(rows: Array) -> Array:
    """Labels of two classes, y = (1, 0), for each of ``rows``."""
    return np.tile((1.0, 0.0), (len(rows), 1))


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
    """The number of steps z ← z − rate·slope that each loss takes until σ(z) is above one half."""
    counted = []
    for of in range(len(LOSSES)):
        moved, steps = z, 0
        while moved <= 0 and steps < MOST_STEPS:
            moved -= rate * float(_neuron(moved)[2][of])
            steps += 1
        counted.append(float(steps))
    return tuple(counted)
