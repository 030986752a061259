"""Overfitting: two noisy moons, a network that may be too small or too large for them, and rows put aside to tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.engine.derivations.derivation import Cell
from tutor.engine.derivations.expressions import Expression, ln, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.trace import record
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Dense
from tutor.engine.losses import crossentropy_from_logits, l2_penalty
from tutor.engine.network import evaluate, forward, output_name, penalty
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import count, layout, views
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import ActionControl, ChoiceControl, Control, ControlError, NumberControl, VectorControl
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.places import Index, LookupFailed
from tutor.labs.kit.readouts import Code, Curve, Matrix, Number, Picture, Readout, Table, Text, Tile, Vector
from tutor.training.keras_program import KerasProgram
from tutor.training.run import RunStarter, start_inline
from tutor.training.settings import RunSettings
from tutor.training.validation_split import split_for_validation

Array = NDArray[np.float64]
Rows = tuple[Array, Array]

CLASSES = ("A", "B")
SETS, MEASURES = ("training", "validation", "test"), ("loss", "accuracy")
TEST_ROWS = 100
RUNS_KEPT = 32
EPOCHS_A_SECOND = 150.0
UNITS, ROWS, DECAYS = (1, 2, 4, 8, 16, 32, 64), (20, 40, 80, 160, 320), (0, 0.0003, 0.001, 0.003, 0.01, 0.03)
SOME_UNITS = (1, 4, 64)
"""Too few, about right and many for the moons."""
WATCHED = tuple(str(epoch) for epoch in range(1, 9))
# Another network, or other rows: what was trained does not fit them.
BEGINS_ANEW = ("units", "layers", "learning_rate", "l2", "rows", "noise", "validation_split", "order", "seed")
WEIGHTS = ("w1", "w2", "w3")
# The map: cells a quarter apart, the highest row first.
ACROSS, DOWN = np.linspace(-2.25, 2.25, 19), np.linspace(1.75, -1.75, 15)
PLACES = np.stack(np.meshgrid(ACROSS, DOWN), axis=-1).reshape(-1, 2)
_SHUFFLED, _TEST, _COINS = range(3)


def moons(count: int, noise: float, seed: int, block: int) -> Rows:
    """Points on two half circles that reach into each other, moved by ``noise``: (rows, 2), and one-hot classes."""
    rng = drawing_generator(seed, block)
    classes = rng.permutation(np.arange(count) % 2)
    angle = rng.uniform(0, np.pi, count)
    x = np.where(classes == 0, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(classes == 0, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return np.stack([x, y], axis=1) + rng.normal(0, noise, (count, 2)), np.eye(2)[classes]


def stopping(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """After which epoch training with this patience stops, and the best epoch so far; both count from 1.

    As Keras's ``EarlyStopping``: it stops once ``patience`` epochs in a row have not been below the best.
    """
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


class OverfittingLab(Lab):
    """The moons, the network in training, its three evaluations; beside them small sums on paper."""

    id = "overfitting"
    title = "Overfitting"

    def __init__(self, start_run: RunStarter = start_inline) -> None:
        super().__init__(start_run)
        self._training = InPlaceTraining(start_run, self._settings, self._data)
        self._drawn: tuple[tuple[object, ...], Rows, Rows] | None = None
        self._ended: dict[tuple[object, ...], tuple[tuple[float, float], ...]] = {}

    def controls(self) -> tuple[Control, ...]:
        """The network, the training, the rows; then what the small sums are about."""
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
        found = ("best_epoch", "best_loss", "stop_epoch", "gap", "evaluations", "map", "loss_curve", "accuracy_curve")
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
        network, rows, _, results, *_ = self.groups()
        left_out = {"finish", "split"}
        names = (*network.names, *rows.names, "patience", *results.names)
        return tuple(name for name in names if name not in left_out)

    def never_covered(self) -> frozenset[str]:
        """What the training is doing."""
        return frozenset({"status"})

    def readout_names(self) -> tuple[str, ...]:
        """What stands in the groups, the losses by name, and wrong sums."""
        controls = {control.name for control in self.controls()}
        shown = [name for group in self.groups() for name in group.names if name not in controls]
        wrong = ("wrong_split", "wrong_parameters", "wrong_penalty")
        return (
            *shown,
            "loss",
            "validation_loss",
            "test_loss",
            "finished",
            "finished_gap",
            "after_25",
            "by_units",
            *wrong,
        )

    def counted(self) -> frozenset[str]:
        """How many there are, what the history of the run shows, and wrong sums."""
        counts = {
            "parameters",
            "split",
            "best_epoch",
            "best_loss",
            "stop_epoch",
            "watched_stop",
            "watched_best",
            "chosen",
        }
        return frozenset(
            counts
            | {"finished", "finished_gap", "after_25", "by_units", "wrong_split", "wrong_parameters", "wrong_penalty"}
        )

    # What a learner does

    def at_stake(self, name: str) -> str:
        """The training, where it begins anew."""
        return self._training.work if name in (*BEGINS_ANEW, "reset", "best") else ""

    def changed(self, name: str) -> None:
        """Another network, or other rows, begin anew; more epochs go on."""
        if name in BEGINS_ANEW:
            self._training.reset()
        elif name == "epochs":
            self._training.settings_changed()

    def press(self, name: str) -> str:
        """Do an action; the sentence says what happened."""
        self.control(name)
        training = self._training
        match name:
            case "reset":
                training.reset()
                return "Back to the initial weights."
            case "train" if training.training:
                training.pause()
            case "train":
                training.play()
            case "finish" if not training.training and training.checkpoint().position.epoch < self.number("epochs"):
                training.play()
            case "epoch":
                training.epoch()
            case "best":
                return self._train_to_the_best()
        return ""

    def _train_to_the_best(self) -> str:
        losses = self._validation_losses()
        if not losses or self._training.training:
            raise ControlError("Train first, to the end: then it is known which epoch was best.")
        best = self._best_epoch()
        self._training.reset()
        self.set("epochs", best)
        self._training.play()
        return f"Trained anew, {best} epochs."

    @property
    def busy(self) -> bool:
        """Whether the training goes on in the background."""
        return self._training.busy

    def poll(self) -> bool:
        """Take in the newest snapshot."""
        return self._training.poll()

    def close(self) -> None:
        """End the run."""
        self._training.close()

    def state(self) -> LabState:
        """Controls, weights, curves."""
        values, arrays = self._training.kept()
        return LabState({**self._values, **values}, arrays)

    def restore(self, state: LabState) -> None:
        """Go back to ``state``."""
        super().restore(state)
        self._training.restore(state.values, state.arrays)

    def twin(self) -> Self:
        """A copy that knows how the runs ended that were made beside this one."""
        copy = super().twin()
        copy._ended = self._ended
        return copy

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
        rows = self._data().rows
        return RunSettings(self._spec(), self._whole("epochs"), rows, epochs_per_second=EPOCHS_A_SECOND)

    def _rows(self) -> tuple[Rows, Rows]:
        """All rows at hand in their order, and the test rows."""
        key = (self._values["rows"], self._values["noise"], self._values["seed"], self._values["order"])
        if self._drawn is None or self._drawn[0] != key:
            noise, seed = self.number("noise"), self._whole("seed")
            inputs, labels = moons(self._whole("rows"), noise, seed, _SHUFFLED)
            if self.word("order") == "by class":
                order = np.argsort(labels[:, 1], kind="stable")
                inputs, labels = inputs[order], labels[order]
            self._drawn = key, (inputs, labels), moons(TEST_ROWS, noise, seed, _TEST)
        return self._drawn[1:]

    def _data(self) -> TrainingData:
        return split_for_validation(*self._rows()[0], self.number("validation_split"))

    def _sets(self) -> tuple[Rows, Rows, Rows]:
        data = self._data()
        return (data.inputs, data.labels), (data.held_out_inputs, data.held_out_labels), self._rows()[1]

    def _evaluations(self) -> tuple[tuple[float, float], ...]:
        """Loss and accuracy of the network as it stands, on each of the three sets."""
        spec, parameters = self._spec(), self._training.parameters()
        return tuple(evaluate(spec, parameters, *rows) for rows in self._sets())

    def _finished(self, epochs: int) -> tuple[tuple[float, float], ...]:
        """Loss and accuracy on the three sets after so many epochs; and on the test rows after the best of them.

        Trained beside the learner's own network, from the initial weights.
        """
        key = (epochs, *sorted(self._values.items()))
        if key not in self._ended:
            settings = replace(self._settings(), epochs=epochs)
            at_end, best = self._trained(settings)
            at_best, _ = self._trained(replace(settings, epochs=best))
            self._keep(key, (*at_end, at_best[-1]))
        return self._ended[key]

    def _finished_with(self, units: int) -> tuple[tuple[float, float], ...]:
        """Loss and accuracy on the three sets after all epochs, with so many units in each hidden layer."""
        key = ("units", *sorted({**self._values, "units": units}.items()))
        if key not in self._ended:
            self._keep(key, self._trained(replace(self._settings(), spec=self._spec(units)))[0])
        return self._ended[key]

    def _trained(self, settings: RunSettings) -> tuple[tuple[tuple[float, float], ...], int]:
        """Loss and accuracy on the three sets after training from the initial weights; the best epoch, from 1."""
        run = start_inline(settings, self._data(), None)
        run.play()
        best = 1 + int(np.argmin([epoch.val_loss for epoch in run.poll()]))
        parameters = views(settings.spec, run.snapshot.checkpoint.engine.theta)
        return tuple(evaluate(settings.spec, parameters, *rows) for rows in self._sets()), best

    def _keep(self, key: tuple[object, ...], ended: tuple[tuple[float, float], ...]) -> None:
        if len(self._ended) >= RUNS_KEPT:
            self._ended.clear()
        self._ended[key] = ended

    def _validation_losses(self) -> tuple[float, ...]:
        return self._training.history.points("val_loss")[1]

    def _best_epoch(self) -> int:
        epochs, losses = self._training.history.points("val_loss")
        return int(epochs[int(np.argmin(losses))])

    # Readouts

    def read(self, name: str) -> Readout:
        """Compute one readout from the newest snapshot."""
        match name:
            case "status":
                return Text(name, "status", self._training.status())
            case "parameters":
                return Number(name, "parameters", count(self._spec()), digits=0)
            case "split" | "wrong_split":
                return self._split(name)
            case "evaluations":
                return Matrix(name, "on each set", SETS, MEASURES, self._evaluations())
            case "loss" | "validation_loss" | "test_loss":
                at = ("loss", "validation_loss", "test_loss").index(name)
                return Number(name, f"{SETS[at]} loss", self._evaluations()[at][0], digits=4)
            case "finished" | "after_25":
                epochs = self._whole("epochs") if name == "finished" else 25
                rows = (*SETS, "test at best")
                return Matrix(name, f"after {epochs} epochs", rows, MEASURES, self._finished(epochs))
            case "by_units":
                networks = tuple(f"{units} {'unit' if units == 1 else 'units'}" for units in SOME_UNITS)
                losses = tuple(tuple(loss for loss, _ in self._finished_with(units)) for units in SOME_UNITS)
                return Matrix(name, "loss after all epochs", networks, SETS, losses)
            case "finished_gap":
                (training, _), (validation, _), *_ = self._finished(self._whole("epochs"))
                return Number(name, "gap after all epochs", validation - training, digits=4)
            case "gap":
                (training, _), (validation, _), _ = self._evaluations()
                return Number(name, "validation − training loss", validation - training, digits=4)
            case "map":
                return self._map()
            case "loss_curve" | "accuracy_curve":
                return self._curve(name)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        return self._read_sum(name)

    def _read_sum(self, name: str) -> Readout:
        losses, patience = self._validation_losses(), self._whole("patience")
        watched = self.vector("watched").tolist()
        w, l2 = self.vector("w"), self.number("l2")
        match name:
            case "best_epoch":
                return Number(name, "lowest at epoch", self._best_epoch() if losses else 0, digits=0)
            case "best_loss":
                return Number(name, "lowest validation loss", min(losses) if losses else self._evaluations()[1][0], 4)
            case "stop_epoch":
                stop = stopping(losses, patience)[0] if losses else 0
                return Number(name, "patience would stop at", stop, digits=0)
            case "watched_stop" | "watched_best":
                stop, best = stopping(watched, patience)
                label = "stops after epoch" if name == "watched_stop" else "best epoch by then"
                return Number(name, label, stop if name == "watched_stop" else best, digits=0)
            case "penalty":
                return Number(name, "penalty λ·Σw²", l2_penalty(w, l2), digits=5)
            case "wrong_penalty":
                wrong = (l2 * float(w.sum()) ** 2, l2 * float(np.abs(w).sum()), l2_penalty(w, l2) / 2, float(w @ w))
                return Vector(name, "wrong", ("sum squared", "not squared", "halved", "without λ"), wrong)
            case "wrong_parameters":
                units, layers = self._whole("units"), self._whole("layers")
                weights = sum(p.stop - p.start for p in layout(self._spec()) if p.name.endswith("kernel"))
                return Vector(name, "wrong", ("weights", "units"), (weights, units * layers + 2), digits=0)
            case "chosen":
                return Vector(name, "accuracy of the one chosen", ("validation", "test"), self._chosen())
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    def _split(self, name: str) -> Readout:
        data = self._data()
        parts = [np.append(labels.sum(axis=0), len(labels)) for labels in (data.labels, data.held_out_labels)]
        if name == "split":
            rows = zip((*CLASSES, "together"), *(part.tolist() for part in parts), strict=True)
            return Table(name, "rows of each class", ("class", "training", "validation"), tuple(rows), digits=0)
        held = float(parts[1][-1])
        return Vector(name, "wrong", ("B, shuffled",), (self._whole("rows") / 2 - held / 2,))

    def _chosen(self) -> tuple[float, float]:
        """Who guesses the validation rows best by tossing coins, and how that one does on the test rows."""
        rng = drawing_generator(self._whole("seed"), _COINS)
        held_out = len(self._data().held_out_inputs)
        right = rng.random((self._whole("tossers"), held_out + TEST_ROWS)) < 0.5
        best = right[:, :held_out].mean(axis=1).argmax()
        return float(right[best, :held_out].mean()), float(right[best, held_out:].mean())

    def _map(self) -> Picture:
        values = self._training.predict(PLACES)[:, 1].reshape(len(DOWN), len(ACROSS))
        data, tiles = self._data(), []
        for number, name in enumerate(CLASSES):
            own = data.inputs[data.labels[:, number] == 1]
            columns = np.clip(np.round((own[:, 0] - ACROSS[0]) / 0.25), 0, len(ACROSS) - 1).astype(int)
            rows = np.clip(np.round((DOWN[0] - own[:, 1]) / 0.25), 0, len(DOWN) - 1).astype(int)
            marked = tuple(sorted(set(zip(rows.tolist(), columns.tolist(), strict=True))))
            tiles.append(Tile(f"rows of {name}", tuple(map(tuple, values.tolist())), marked))
        return Picture("map", "how sure it is of B", tuple(tiles), digits=2)

    def _curve(self, name: str) -> Curve:
        metric = name.removesuffix("_curve")
        curve = self._training.curve(name, metric, high=1.0 if metric == "accuracy" else None)
        series = tuple(replace(s, label=label) for s, label in zip(curve.series, SETS, strict=False))
        losses = self._validation_losses()
        marker = (float(self._best_epoch()), min(losses)) if losses and metric == "loss" else None
        return replace(curve, series=series, marker=marker)

    # Where it comes from

    def worksheet(self) -> Worksheet:
        """A pass of all rows and of the map's places; the losses from it."""
        sets, spec = self._sets(), self._spec()
        trace = record(spec, self._training.parameters(), np.concatenate([*(rows for rows, _ in sets), PLACES]))
        sheet = Worksheet(trace)
        for name in ("l2", "w"):
            sheet.give(name, self.vector(name))
        self._put_penalties(sheet, spec)
        answer, first = output_name(spec), 0
        for name, (_, labels), (loss, accuracy) in zip(SETS, sets, self._evaluations(), strict=True):
            right = [sheet.cell(answer, first + row, int(kind)) for row, kind in enumerate(labels.argmax(axis=1))]
            sheet.put(f"{name}_loss", loss, _mean_loss(right, sheet.cell("network_penalty")))
            sheet.put(f"{name}_accuracy", accuracy, _share(round(accuracy * len(right)), len(right)))
            first += len(right)
        training, validation = sheet.cell("training_loss"), sheet.cell("validation_loss")
        difference = Form("validation loss − training loss", lambda n: n(validation) - n(training))
        sheet.put("gap", validation.value - training.value, lambda: difference)
        return sheet

    def _put_penalties(self, sheet: Worksheet, spec: NetworkSpec) -> None:
        l2 = sheet.cell("l2")

        def squared(n: Writer, cells: Sequence[Cell]) -> Expression:
            return n(l2) * total([n(w) * n(w) for w in cells])

        small = sheet.cells("w")
        sheet.put("penalty", l2_penalty(self.vector("w"), l2.value), lambda: Form("λ·Σw²", lambda n: squared(n, small)))
        kernels = [f"{layer}.kernel" for layer, _ in spec.named_layers]
        cells = [cell for kernel in kernels for cell in sheet.cells(kernel)] if l2.value else []
        formula = "λ·Σw² over all weights, biases left out" if cells else "0: there is no penalty"
        value = penalty(spec, self._training.parameters())
        form = Form(formula, lambda n: squared(n, cells) if cells else n(0))
        sheet.put("network_penalty", value, lambda: form)

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The evaluations by their names; the map's places are the last rows of the pass."""
        if name == "evaluations":
            return f"{SETS[index[0]]}_{MEASURES[index[1]]}", ()
        if name == "loss":
            return "training_loss", ()
        if name == "map":
            first = sum(len(rows) for rows, _ in self._sets())
            return output_name(self._spec()), (first + index[1] * len(ACROSS) + index[2], 1)
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """What makes the loss: a pass, the cross-entropy, the penalty; and how rows are put aside."""
        return (forward, crossentropy_from_logits, l2_penalty, evaluate, split_for_validation)

    def keras_program(self) -> KerasProgram:
        """The model and its training; our weights in it, evaluated on the three sets."""
        spec, parameters = self._spec(), self._training.parameters()
        (x, y), (x_test, y_test) = self._rows()
        weights = [parameters[place.name] for place in layout(spec)]
        names = [f"{kind}{layer + 1}" for layer in range(len(spec.layers)) for kind in ("W", "b")]
        decay = (
            f",\n        kernel_regularizer=\n        keras.regularizers.l2({self.number('l2')})"
            if self.number("l2")
            else ""
        )
        hidden = f'    keras.layers.Dense({self._whole("units")}, "tanh"{decay}),\n' * self._whole("layers")
        rows, pairs = self._data().rows, list(zip(names[::2], names[1::2], strict=True))
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


def _mean_loss(right: Sequence[Cell], added: Cell) -> Callable[[], Form]:
    def numbers(n: Writer) -> Expression:
        mean = -total([ln(n(p)) for p in right]) / n(len(right))
        return mean + n(added) if added.value else mean

    return lambda: Form("−Σ ln(p of the right class) / rows + penalty", numbers)


def _share(right: int, rows: int) -> Callable[[], Form]:
    return lambda: Form("rows answered right / rows", lambda n: n(right) / n(rows))
