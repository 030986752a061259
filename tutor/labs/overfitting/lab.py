"""Overfitting: two noisy moons, a network that may be too small or too large for them, and held-out rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, constant, ln, stacked, sum_of
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Dense
from tutor.engine.losses import crossentropy_from_logits, l2_penalty
from tutor.engine.network import evaluate, forward, output_name, penalty
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import Array, Parameters, count, layout
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, ControlError, NumberControl, VectorControl
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Text
from tutor.labs.kit.sheet import Sheet
from tutor.labs.kit.trained_lab import TrainedLab
from tutor.labs.kit.training_to_studio import trained_experiment
from tutor.labs.overfitting.drawings import (
    CLASSES,
    PLACES,
    SETS,
    WEIGHTS,
    FromPoints,
    fill_borders,
    fill_map,
    fill_network,
    fill_paper_pictures,
    fill_results,
    fill_rows,
    fill_tossers,
    unit_count,
)
from tutor.labs.overfitting.moons import TEST_ROWS, Evaluations, MoonRows, Trained, trained
from tutor.labs.overfitting.to_studio import ITS_ROWS, OUTPUT_PENALTY, moons_of_studio
from tutor.studio.experiment import Experiment
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings
from tutor.training.validation_split import split_for_validation

MEASURES = ("loss", "accuracy")
EPOCHS_A_SECOND = 150.0
UNITS, ROWS, DECAYS = (1, 2, 4, 8, 16, 32, 64), (20, 40, 80, 160, 320), (0, 0.0003, 0.001, 0.003, 0.01, 0.03)
SOME_UNITS = (1, 4, 64)
"""Too few, about right and many for the moons."""
WATCHED = tuple(str(epoch) for epoch in range(1, 9))
# Changing these means another network or other rows, which the trained weights do not fit.
BEGINS_ANEW = ("units", "layers", "learning_rate", "l2", "rows", "noise", "validation_split", "order", "seed")
_COINS = 2
"""The block of random numbers for tossing coins; the rows use the blocks before it."""


def stopping(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """The epoch after which training with this patience stops, and the best epoch so far; both count from 1.

    Like Keras's ``EarlyStopping``: it stops after ``patience`` epochs in a row that were not below the best.
    """
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


class OverfittingLab(TrainedLab):
    """The moons, the network in training, its three evaluations, and small sums on paper."""

    id = "overfitting"
    title = "Overfitting"
    begins_anew = BEGINS_ANEW

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._training = InPlaceTraining(start_run, self._settings, lambda: self._rows.data())

    def controls(self) -> tuple[Control, ...]:
        """The network, the training, the rows; then the numbers of the sums on paper."""
        return (
            NumberControl("units", "units a layer", 1, 64, 1, 32, integer=True, choices=UNITS, help="capacity"),
            NumberControl("layers", "hidden layers", 1, 3, 1, 1, integer=True, help="capacity"),
            NumberControl(
                "epochs", "epochs", 1, 2000, 50, 300, integer=True, choices=(10, 25, 50, 100, 200, 300, 600),
                help="times through the training rows",
            ),
            NumberControl("learning_rate", "learning rate", 0.001, 0.1, 0.005, 0.02, help="of Adam, all rows a step"),
            NumberControl("l2", "L2 penalty λ", 0, 0.1, 0.001, 0, choices=DECAYS, help="adds λ·Σw² to the loss"),
            ActionControl("train", "train", "p", "train until the epochs are done; press again to pause"),
            ActionControl("finish", "finish", "", "train until the epochs are done, if they are not"),
            ActionControl("epoch", "epoch", "e", "train one epoch"),
            ActionControl("best", "train to the best epoch", "k", "anew, and stop where validation was best"),
            ActionControl("reset", "reset", "r", "go back to the initial weights"),
            NumberControl("rows", "rows", 8, 400, 4, 40, integer=True, choices=ROWS, help="to train and validate"),
            NumberControl("noise", "noise", 0, 1, 0.05, 0.35, help="how far the rows lie off their moon"),
            NumberControl("validation_split", "validation split", 0.05, 0.8, 0.05, 0.25, help="the last part"),
            ChoiceControl("order", "order of rows", ("shuffled", "by class"), "shuffled", "before the split"),
            NumberControl("seed", "seed", 0, 999, 1, 7, integer=True, help="of the rows and the weights"),
            NumberControl("patience", "patience", 1, 100, 1, 20, integer=True, help="epochs without a better one"),
            VectorControl("watched", "validation loss", WATCHED, 0, 2, 0.01, (0.9, 0.6, 0.5, 0.4, 0.5, 0.6, 0.7, 0.8)),
            VectorControl("w", "weights", WEIGHTS, -10, 10, 0.5, (1.0, -2.0, 0.5), "of a small layer"),
            NumberControl("tossers", "coin tossers", 1, 500, 10, 50, integer=True, help="who guess at random"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """Network, rows, results, the sums on paper, Keras."""
        run = ("train", "finish", "epoch", "best", "reset", "status")
        network = ("units", "layers", "parameters", "epochs", "learning_rate", "l2")
        found = (
            "best_epoch",
            "best_loss",
            "stop_epoch",
            "gap",
            "loss",
            "test_loss",
            "evaluations",
            "map",
            "loss_curve",
            "accuracy_curve",
        )
        return (
            Group("Network", (*network, *run)),
            Group("Rows", ("rows", "noise", "validation_split", "order", "seed", "split")),
            Group("Early stopping", ("patience", "watched", "watched_stop", "watched_best")),
            Group("Results", found),
            Group("L2 penalty", ("w", "penalty")),
            Group("Choosing by validation", ("tossers", "chosen")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """The network, its rows, its results."""
        left_out = {"finish", "split"}
        network, rows, _, results, *_ = (group.names for group in self.groups())
        return tuple(name for name in (*network, *rows, "patience", *results) if name not in left_out)

    def never_covered(self) -> frozenset[str]:
        """The state of the training."""
        return frozenset({"status"})

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, if the change restarts it."""
        return self._training.work if name == "best" else super().at_stake(name)

    def press(self, name: str) -> str:
        """Do an action; return a sentence about it."""
        return self._train_to_the_best() if name == "best" else super().press(name)

    def _train_to_the_best(self) -> str:
        best = self._best_epoch()
        if not best or self._training.training:
            raise ControlError("Train first, to the end: then it is known which epoch was best.")
        self._training.reset()
        self.set("epochs", best)
        self._training.play()
        return f"Trained anew, {best} epochs."

    # What is computed

    def _whole(self, name: str) -> int:
        return int(self.number(name))

    def _spec(self, units: int | None = None) -> NetworkSpec:
        units = self._whole("units") if units is None else units
        hidden = [Dense(units, "tanh", l2=self.number("l2")) for _ in range(self._whole("layers"))]
        layers = (*hidden, Dense(2, "softmax", l2=self.number("l2")))
        optimizer = Adam(self.number("learning_rate"))
        return NetworkSpec("moons", (2,), layers, optimizer=optimizer, seed=self._whole("seed"), dtype="float64")

    def _settings(self) -> RunSettings:
        rows = self._rows.data().rows
        return RunSettings(self._spec(), self._whole("epochs"), rows, epochs_per_second=EPOCHS_A_SECOND)

    @property
    def _rows(self) -> MoonRows:
        noise, split, by_class = self.number("noise"), self.number("validation_split"), self.word("order") == "by class"
        return MoonRows(self._whole("rows"), noise, self._whole("seed"), split, by_class)

    def _finished(self, epochs: int) -> Evaluations:
        """Loss and accuracy on the three sets after ``epochs``; and on the test rows after the best of them.

        From a separate training, from the initial weights.
        """
        settings = replace(self._settings(), epochs=epochs)
        at_end = trained(self._rows, settings)
        at_best = trained(self._rows, replace(settings, epochs=at_end.best))
        return (*at_end.evaluations, at_best.evaluations[-1])

    def _validation_losses(self) -> tuple[float, ...]:
        return self._training.history.points("val_loss")[1]

    def _best_epoch(self) -> int:
        """The epoch with the lowest validation loss, from 1; 0 before the first."""
        epochs, losses = self._training.history.points("val_loss")
        return int(epochs[int(np.argmin(losses))]) if losses else 0

    # The sheet

    def beside_controls(self) -> object:
        """The current state of the run."""
        return self._training.moment

    def recorded(self) -> Trace:
        """A pass of all rows, set after set, and then of the map's points."""
        inputs = np.concatenate([*(points for points, _ in self._rows.sets()), PLACES])
        return record(self._spec(), self._training.parameters(), inputs)

    def fill(self, sheet: Sheet) -> None:
        """The network and its rows; its evaluation on each set; the run; the sums on paper."""
        spec, data = self._spec(), self._rows.data()
        sheet.show("status", lambda: Text("status", "status", self._training.status()))
        sheet.number("parameters", "parameters", count(spec), digits=0)
        weights = sum(place.stop - place.start for place in layout(spec) if place.name.endswith("kernel"))
        sheet.number("weights", "weights, without biases", weights, digits=0)
        parts = [np.append(labels.sum(axis=0), len(labels)) for labels in (data.labels, data.held_out_labels)]
        heads, columns = (*CLASSES, "together"), [constant(part) for part in parts]
        sheet.table("split", "rows of each class", ("class", *SETS[:2]), heads, columns, digits=0)
        self._fill_sets(sheet)
        fill_map(sheet, self._answer(sheet), self._rows)
        fill_rows(sheet, self._rows)
        fill_network(sheet, spec)
        self._fill_run(sheet)
        self._fill_ends(sheet)
        self._fill_paper(sheet)

    def _fill_sets(self, sheet: Sheet) -> None:
        """The current loss and accuracy on each of the three sets."""
        spec, rows, l2 = self._spec(), self._rows, sheet["l2"]
        squares = [kernel * kernel for kernel in (sheet[f"{layer}.kernel"] for layer, _ in spec.named_layers)]
        added, formula = constant(0.0), "0: there is no penalty"
        if l2.number:
            weighted = l2 * sum_of([each.sum() for each in squares])
            added = weighted.computed(lambda: penalty(spec, self._training.parameters()))
            formula = "λ·Σw² over all weights, biases left out"
        added = sheet.let("network_penalty", added, formula)
        found = constant(lambda: [evaluate(spec, self._training.parameters(), *each) for each in rows.sets()])
        measures = [self._measures(sheet, number, found[number], added) for number in range(len(SETS))]
        (training, _), (validation, _), (test, _) = measures
        table = stacked([stacked(pair) for pair in measures])
        fill_results(sheet, sheet.matrix("evaluations", "on each set", SETS, MEASURES, table))
        sheet.number("loss", "training loss", training, digits=4)
        sheet.number("validation_loss", "validation loss", validation, digits=4)
        sheet.number("test_loss", "test loss", test, digits=4)
        over = "validation loss − training loss"
        sheet.number("gap", "validation − training loss", validation - training, over, digits=4)

    def _measures(self, sheet: Sheet, number: int, found: Cells, added: Cells) -> tuple[Cells, Cells]:
        """Loss and accuracy on a set, derived from the pass; ``found`` (2,) are the engine's values."""
        sets, name = self._rows.sets(), SETS[number]
        first, classes = sum(len(points) for points, _ in sets[:number]), sets[number][1].argmax(axis=1)
        rows = len(classes)
        right = self._answer(sheet).viewed((rows,), lambda at: (first + at[0], int(classes[at[0]])))
        mean = -ln(right).sum() / rows
        loss = (mean + added if self.number("l2") else mean).computed(lambda: found.values[0])
        share = (constant(lambda: np.round(found.values[1] * rows)) / rows).computed(lambda: found.values[1])
        said = "−Σ ln(p of the right class) / rows + penalty"
        accuracy = sheet.let(f"{name}_accuracy", share, "rows answered right / rows")
        return sheet.let(f"{name}_loss", loss, said), accuracy

    def _answer(self, sheet: Sheet) -> Cells:
        return sheet[output_name(self._spec())]

    def _fill_run(self, sheet: Sheet) -> None:
        """The numbers from the run's curves."""
        patience, validation = self._whole("patience"), sheet["validation_loss"]
        sheet.number("best_epoch", "lowest at epoch", self._best_epoch, digits=0)
        sheet.number(
            "best_loss", "lowest validation loss",
            lambda: min(self._validation_losses(), default=validation.number), digits=4,
        )  # fmt: skip
        sheet.number(
            "stop_epoch", "patience would stop at", lambda: stopping(self._validation_losses(), patience)[0], digits=0
        )
        training, labels = self._training, SETS[:2]
        sheet.show("loss_curve", lambda: training.curve("loss_curve", "loss", labels=labels))
        sheet.show("accuracy_curve", lambda: training.curve("accuracy_curve", "accuracy", labels=labels, high=1.0))

    def _fill_ends(self, sheet: Sheet) -> None:
        """The results of separate complete trainings."""
        epochs, rows = self._whole("epochs"), (*SETS, "test at best")
        finished = sheet.matrix("finished", f"after {epochs} epochs", rows, MEASURES, lambda: self._finished(epochs))
        sheet.number("finished_gap", "gap after all epochs", finished[1, 0] - finished[0, 0], digits=4)
        sheet.matrix("after_25", "after 25 epochs", rows, MEASURES, lambda: self._finished(25))
        networks = tuple(map(unit_count, SOME_UNITS))
        sheet.matrix("by_units", "loss after all epochs", networks, SETS, self._losses_by_units)
        fill_borders(sheet, SOME_UNITS, self._answers, self._rows)

    def _by_units(self) -> list[tuple[NetworkSpec, Trained]]:
        """Networks of ``SOME_UNITS``, each trained for all epochs."""
        settings = [replace(self._settings(), spec=self._spec(units)) for units in SOME_UNITS]
        return [(each.spec, trained(self._rows, each)) for each in settings]

    def _losses_by_units(self) -> list[list[float]]:
        return [[loss for loss, _ in network.evaluations] for _, network in self._by_units()]

    def _answers(self) -> list[FromPoints]:
        """The confidence in B of each of these networks."""
        return [partial(_sure_of_b, spec, network.parameters) for spec, network in self._by_units()]

    def _fill_paper(self, sheet: Sheet) -> None:
        """Patience, the penalty of three weights, the coin tossers."""
        stop, best = stopping(self.vector("watched").tolist(), self._whole("patience"))
        sheet.number("watched_stop", "stops after epoch", stop, digits=0)
        sheet.number("watched_best", "best epoch by then", best, digits=0)
        w, l2 = sheet["w"], sheet["l2"]
        sheet.number("squares", "Σw²", (w * w).sum(), "Σ w·w")
        added = (l2 * (w * w).sum()).computed(lambda: l2_penalty(w.values, l2.number))
        sheet.number("penalty", "penalty λ·Σw²", added, "λ·Σw²", digits=5)
        fill_paper_pictures(sheet, best)
        fill_tossers(sheet, self._tossed())

    def _tossed(self) -> NDArray[np.float64]:
        """The accuracy of each coin tosser on the validation rows and on the test rows: (tossers, 2)."""
        rng = drawing_generator(self._whole("seed"), _COINS)
        held_out = len(self._rows.data().held_out_inputs)
        right = rng.random((self._whole("tossers"), held_out + TEST_ROWS)) < 0.5
        return np.stack([right[:, :held_out].mean(axis=1), right[:, held_out:].mean(axis=1)], axis=1)

    def for_studio(self) -> Experiment:
        """The same network on moons with as many rows and as much noise, trained for as many steps."""
        settings = replace(self._settings(), batch_size=self._rows.count)
        return trained_experiment(self._training, settings, moons_of_studio(self._rows))

    def left_out_of_studio(self) -> str:
        """The rows themselves, and the penalty on the output."""
        return f"{ITS_ROWS}; {OUTPUT_PENALTY}" if self.number("l2") else ITS_ROWS

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The parts of the loss: a pass, the cross-entropy, the penalty; and the split of the rows."""
        return (forward, crossentropy_from_logits, l2_penalty, evaluate, split_for_validation)

    def keras_program(self) -> KerasProgram:
        """The model and its training; the model with our weights, evaluated on the three sets."""
        spec, parameters = self._spec(), self._training.parameters()
        (x, y), (x_test, y_test) = self._rows.at_hand(), self._rows.test()
        weights = [parameters[place.name] for place in layout(spec)]
        names = [f"{kind}{layer + 1}" for layer in range(len(spec.layers)) for kind in ("W", "b")]
        decay = (
            f",\n        kernel_regularizer=\n        keras.regularizers.l2({self.number('l2')})"
            if self.number("l2")
            else ""
        )
        hidden = f'    keras.layers.Dense({self._whole("units")}, "tanh"{decay}),\n' * self._whole("layers")
        rows, pairs = self._rows.data().rows, list(zip(names[::2], names[1::2], strict=True))
        lists = ",\n    ".join(", ".join(f"{w}, {b}" for w, b in pairs[i : i + 2]) for i in range(0, len(pairs), 2))
        source = f"""\
import keras
from keras.optimizers import Adam
net = keras.Sequential([keras.Input((2,)),
{hidden}    keras.layers.Dense(2, "softmax"{decay})])
net.compile(Adam({self.number("learning_rate")}),
    "categorical_crossentropy",
    metrics=["accuracy"])
def train():
    stop = keras.callbacks.EarlyStopping(
        patience={self._whole("patience")},
        restore_best_weights=True)
    net.fit(x, y, batch_size={rows},
        epochs={self._whole("epochs")}, callbacks=[stop],
        validation_split={self.number("validation_split")})
net.set_weights([{lists}])
results = [
    net.evaluate(x[:{rows}], y[:{rows}]),
    net.evaluate(x[{rows}:], y[{rows}:]),
    net.evaluate(x_test, y_test)]
"""
        given = {"x": x, "y": y, "x_test": x_test, "y_test": y_test, **dict(zip(names, weights, strict=True))}
        return KerasProgram(source, {"evaluations": "results"}, given)


def _sure_of_b(spec: NetworkSpec, parameters: Parameters, points: NDArray[np.float64]) -> Array:
    return forward(spec, parameters, points)[output_name(spec)][:, 1]
