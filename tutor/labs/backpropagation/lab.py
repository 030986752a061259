"""Backpropagation: every number of a small network forward, backward and in the update, one operation at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import ELEMENTWISE
from tutor.engine.derivations.cells import constant, sqrt, stacked
from tutor.engine.derivations.derivation import Cell
from tutor.engine.derivations.rules.activated import slope_forms
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Dense
from tutor.engine.network import backward, forward, mean_loss
from tutor.engine.objective import LOSS_FUNCTIONS, is_fused
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.backpropagation import drawings
from tutor.labs.backpropagation.walk import INPUTS, Operation, SmallNetwork
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    ControlError,
    MatrixControl,
    NumberControl,
    VectorControl,
)
from tutor.labs.kit.origins import why
from tutor.labs.kit.pass_graph import SIGNS, UnitNames, show_pass
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Arithmetic, Table
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.training.keras_program import KerasProgram

Array = NDArray[Any]
PLACES = ("1", "2")
WEIGHTS = ("W1", "b1", "W2", "b2")
LOSSES = {"mse": "mean_squared_error", "cross-entropy": "categorical_crossentropy"}
# The controls that define the learner's own network.
OWN = ("hidden_layers", "units", "seed", "scale")
STAGES = ("forward", "loss", "backward", "update")
LARGEST_WEIGHT = 20.0
MANY = 100
SHOWN_OPERATIONS = 5
# A slope below this fraction of the activation's largest slope counts as saturated.
SATURATED = 0.05
LARGEST_SLOPE = {"sigmoid": 0.25, "tanh": 1.0}


@lru_cache(maxsize=8)
def _network(widths: tuple[int, ...], activation: str, loss: str, rate: float, seed: int) -> NetworkSpec:
    """Two inputs and a dense layer for each of ``widths``; with cross-entropy a softmax after the logits."""
    last = "softmax" if loss == "categorical_crossentropy" else activation
    layers = (*(Dense(w, activation) for w in widths[:-1]), Dense(widths[-1], last))
    return NetworkSpec("the network", (2,), layers, loss, SGD(rate), seed, "float64")


class BackpropagationLab(Lab):
    """A 2-2-2 network with adjustable weights, or one of the learner's own size with weights from a seed."""

    id = "backpropagation"
    title = "Backpropagation by hand"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._done = 0
        self._own: Array | None = None
        self._first: Array | None = None
        self._losses: list[float] = []
        self._changes = 0

    def controls(self) -> tuple[Control, ...]:
        """The network, its weights, its input and target; the walk; the selection of the tables."""
        most = LARGEST_WEIGHT
        return (
            ChoiceControl("network", "network", ("2-2-2", "own"), "2-2-2", "2-2-2 by hand, or a size of your own"),
            VectorControl("x", "inputs x", PLACES, -10, 10, 0.05, (0.05, 0.10), "what the network sees"),
            VectorControl("target", "targets t", PLACES, -2, 2, 0.05, (0.01, 0.99),
                          "what should come out; for cross-entropy the larger is the class"),
            ChoiceControl("activation", "activation", ("sigmoid", "tanh", "relu", "linear"), "sigmoid", "of each unit"),
            ChoiceControl("loss_kind", "kind of loss", tuple(LOSSES), "mse", "cross-entropy comes with a softmax"),
            NumberControl("rate", "learning rate", 0, 10, 0.1, 0.5, False, (0.01, 0.1, 0.5, 1, 2, 5, 10)),
            MatrixControl("W1", "W1 x→h", PLACES, PLACES, -most, most, 0.05, ((0.15, 0.25), (0.20, 0.30)),
                          "a column for each hidden unit"),
            VectorControl("b1", "b1", PLACES, -most, most, 0.05, (0.35, 0.35), "biases of the hidden units"),
            MatrixControl("W2", "W2 h→o", PLACES, PLACES, -most, most, 0.05, ((0.40, 0.50), (0.45, 0.55)),
                          "a column for each output"),
            VectorControl("b2", "b2", PLACES, -most, most, 0.05, (0.60, 0.60), "biases of the outputs"),
            NumberControl("hidden_layers", "hidden layers", 1, 6, 1, 2, integer=True, help="of your own network"),
            NumberControl("units", "units in each", 1, 4, 1, 3, integer=True, help="of your own network"),
            NumberControl("seed", "seed", 0, 9999, 1, 0, integer=True, help="draws your own network's weights"),
            NumberControl("scale", "scale of weights", 0.01, 10, 0.5, 1, False, (0.01, 0.1, 0.5, 1, 2, 5, 10),
                          "all weights of your own network times this"),
            NumberControl("layer", "layer looked at", 1, 7, 1, 1, integer=True, help="in the tables of weights"),
            NumberControl("nudge", "nudge h", 1e-12, 1, 0.1, 1e-4, False,
                          (1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 0.1, 1), "for the central differences"),
            ActionControl("on", "next", "o", "do the next operation"),
            ActionControl("undo", "back", "u", "take the last operation back"),
            ActionControl("stage", "stage", "j", "to the end of the stage"),
            ActionControl("update", "update", "w", "take the new weights, and begin again"),
            ActionControl("many", f"{MANY} updates", "m", "go through it so many times"),
            ActionControl("reset", "reset", "r", "back to the first weights and the first operation"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The walk, the 2-2-2 network, the own one, tables, health, the program."""
        steps = ("on", "undo", "stage", "update", "many", "reset")
        return (
            Group("One operation at a time", (*steps, "operation", "arithmetic", "so_far")),
            Group(
                "Network",
                (
                    "network",
                    "x",
                    "target",
                    "activation",
                    "loss_kind",
                    "rate",
                    "picture",
                    "forward",
                    "whole",
                    "slopes",
                    "loss",
                ),
            ),
            Group("2-2-2", WEIGHTS),
            Group("Your own", OWN),
            Group("Units", ("unit", "label", "carried", "compared", "errors", "blame", "slope", "slope_curve")),
            Group("Weights", ("layer", "nudge", "weights", "moves", "check", "furthest_apart")),
            Group("Health", ("gradient_sizes", "layer_gradients", "health", "outs", "loss_curve")),
            Group("Keras", ("keras",)),
        )

    def at_stake(self, name: str) -> str:
        """The updates, if the change would discard their weights."""
        if self._first is None or not (name == "reset" or (self._is_own and name in OWN)):
            return ""
        count = len(self._losses)
        return "1 update" if count == 1 else f"{count} updates"

    def changed(self, name: str) -> None:
        """Forget the updates after a change of weights or network; restart the walk if its operations changed."""
        if name in ("layer", "nudge"):
            return
        self._losses, self._first = [], None
        if name in OWN:
            self._own = None
        if name in ("network", "hidden_layers", "units", "loss_kind"):
            self._done = 0

    def press(self, name: str) -> str:
        """Do one operation, undo one, do a stage, an update, many updates."""
        operations = self._operations()
        self._changes += 1
        match name:
            case "on" | "stage" if self._done == len(operations):
                raise ControlError("every operation is done: take the new weights with update, or reset")
            case "undo" if not self._done:
                raise ControlError("no operation is done yet")
            case "on":
                self._done += 1
            case "undo":
                self._done -= 1
            case "stage":
                stage = operations[self._done].stage
                self._done = max(i for i, operation in enumerate(operations, start=1) if operation.stage == stage)
            case "update" | "many":
                self._update(1 if name == "update" else MANY)
            case "reset":
                if self._first is not None:
                    self._hold(self._first)
                self._done, self._first, self._losses = 0, None, []
            case _:
                return super().press(name)
        return ""

    def state(self) -> LabState:
        """The controls, the position in the walk, the current and the first weights, the losses."""
        arrays = {"own": self._own, "first": self._first, "losses": np.asarray(self._losses)}
        kept = {name: array.copy() for name, array in arrays.items() if array is not None}
        return LabState({**super().state().values, "done": self._done}, kept)

    def restore(self, state: LabState) -> None:
        """Restore the state; ignores weights that do not fit the network."""
        super().restore(state)
        self._changes += 1
        size = len(initial_theta(self._spec))
        own, first = (state.arrays.get(name) for name in ("own", "first"))
        self._own = own if self._is_own and own is not None and own.shape == (size,) else None
        self._first = first if first is not None and first.shape == (size,) else None
        self._losses = state.arrays.get("losses", np.zeros(0)).tolist()
        done = state.values.get("done", 0)
        self._done = done if isinstance(done, int) and 0 <= done <= len(self._operations()) else 0

    def beside_controls(self) -> object:
        """The position in the walk, and the weights after updates."""
        return self._changes

    def recorded(self) -> Trace:
        """The forward pass, the backward pass and one update."""
        return record(self._spec, self._weights(), self.vector("x")[None], self._labels())

    def fill(self, sheet: Sheet) -> None:
        """The walk, the network, its tables, its health."""
        trace = sheet.trace
        assert trace is not None
        self._fill_walk(sheet, trace)
        self._fill_units(sheet, trace)
        self._fill_weights(sheet)
        self._fill_check(sheet)
        self._fill_health(sheet, trace)

    def _fill_walk(self, sheet: Sheet, trace: Trace) -> None:
        sheet.text("operation", "operation", self._where())
        sheet.show("arithmetic", lambda: self._arithmetic(trace))
        recent = self._recent()
        values = [sheet[o.name][o.index] for o in recent]
        cells = stacked(values) if values else constant(np.zeros(0))
        sheet.table("so_far", "so far", ("number", "value"), tuple(o.title for o in recent), (cells,), digits=6)
        done = self._operations()[: self._done]
        reached = {(o.name, o.index) for o in done}
        now = (done[-1].name, done[-1].index) if done else None
        show_pass(sheet, "picture", "", INPUTS, self._units(), lambda *cell: cell in reached, now)
        show_pass(sheet, "forward", "", INPUTS, self._units(), backward=False)
        show_pass(sheet, "whole", "", INPUTS, self._units(), weight_gradients=False)
        show_pass(sheet, "slopes", "", INPUTS, self._units())

    def _fill_units(self, sheet: Sheet, trace: Trace) -> None:
        places = [(layer, unit) for layer, width in enumerate(self._widths) for unit in range(width)]
        parts = {1: "{}.z", 2: "{}.out", 3: "grad:{}.out", 4: "grad:{}.z"}

        def named(at: Index) -> tuple[str, Index]:
            layer, unit = places[at[0]]
            return parts[at[1]].format(self._names[layer]), (0, unit)

        columns = ("unit", "z", "out", "∂out", "∂z")
        sheet.show("unit", lambda: Table("unit", "units", columns, tuple(self._unit_rows(trace))), named)
        labels, outs = sheet["labels"][0], sheet[f"{self._names[-1]}.out"][0]
        sheet.vector("label", "targets used", PLACES, labels)
        sheet.number("loss", "loss", sheet["loss"], digits=9)
        squares = ((outs - labels) * (outs - labels)).sum()
        squares = squares.computed(np.square(outs.values - labels.values).sum())
        sheet.number("squared_sum", "sum of squares", squares, "Σ (o − t)·(o − t)")
        gradient, kernel = sheet[f"grad:{self._names[-1]}.z"][0], sheet[f"{self._names[-1]}.kernel"]
        before = len(self._widths) - 2
        pairs = [(i, j) for i in range(len(kernel)) for j in range(len(gradient))]
        carried = stacked([gradient[j] * kernel[i, j] for i, j in pairs])
        titles = tuple(f"o{j + 1}→{self._network.unit(before, i)}" for i, j in pairs)
        sheet.vector("carried", "what goes back from the outputs", titles, carried, "∂z·w", digits=6)
        drawings.draw_errors(sheet, self._network)
        drawings.draw_blame(sheet, self._network)
        self._fill_slope(sheet)

    def _fill_slope(self, sheet: Sheet) -> None:
        """The slope of the activation at the first output; at the first hidden unit behind a softmax."""
        layer = len(self._names) - (2 if is_fused(self._spec) else 1)
        name, activation, cell = self._names[layer], self.word("activation"), sheet.worksheet.cell
        z, out = sheet[f"{name}.z"][0, 0], sheet[f"{name}.out"][0, 0]
        forms = slope_forms(activation, cell(f"{name}.z", 0, 0), cell(f"{name}.out", 0, 0))
        value = np.broadcast_to(np.asarray(ELEMENTWISE[activation].slope(z.values, out.values), dtype=float), ())
        slope = sheet.number("slope", "slope of the activation", Explained(value, lambda *_: forms))
        unit = self._network.unit(layer, 0)
        sheet.show("slope_curve", lambda: drawings.slope_curve(activation, unit, z.number, slope.number))

    def _fill_weights(self, sheet: Sheet) -> None:
        found = self._network.parameters()
        labels = tuple(label for label, *_ in found)
        for name, prefix in (("gradient", "grad:"), ("updated", "new:")):
            sheet.vector(name, name, labels, stacked([sheet[prefix + n][i] for _, n, i in found]), digits=9)
        looked_at = self._network.parameters(self._layer)
        columns = [stacked([sheet[prefix + n][i] for _, n, i in looked_at]) for prefix in ("", "grad:", "new:")]
        titles = ("weight", "now", "∂", "new")
        heads, label = tuple(label for label, *_ in looked_at), f"weights of layer {self._layer + 1}"
        sheet.table("weights", label, titles, heads, columns, digits=5)
        drawings.draw_moves(sheet, heads, columns[0], columns[2])

    def _fill_check(self, sheet: Sheet) -> None:
        """The gradient next to the central differences of the loss."""
        found, nudge = self._network.parameters(self._layer), self.number("nudge")
        ups, downs = (sheet.give(f"L(w {sign} h)", losses) for sign, losses in zip("+−", self._nudged(), strict=True))
        measured = sheet.let("measured", (ups - downs) / (2 * constant(nudge)), "(L(w + h) − L(w − h)) / (2·h)")
        ours = stacked([sheet[f"grad:{n}"][i] for _, n, i in found])
        apart = np.abs(ours.values - measured.values)
        rows = tuple(
            (label, one, other, f"{far:.0e}")
            for (label, *_), one, other, far in zip(
                found, ours.values.tolist(), measured.values.tolist(), apart.tolist(), strict=True
            )
        )
        title, columns = f"layer {self._layer + 1} checked", ("weight", "∂", "measured", "apart")

        def named(at: Index) -> tuple[str, Index]:
            _, name, index = found[at[0]]
            return (f"grad:{name}", index) if at[1] == 1 else ("measured", at[:1])

        sheet.show("check", lambda: Table("check", title, columns, rows, 8), named)
        sheet.number("furthest_apart", "furthest apart", apart.max(), digits=12)

    def _fill_health(self, sheet: Sheet, trace: Trace) -> None:
        kernels = [sheet[f"grad:{name}.kernel"] for name in self._names]
        sizes = stacked([sqrt((each * each).sum()) for each in kernels])
        sizes = sizes.computed([np.linalg.norm(each.values) for each in kernels])
        layers = tuple(str(i + 1) for i in range(len(kernels)))
        sheet.vector("gradient_sizes", "size of each layer's gradient", layers, sizes, "√(Σ ∂w·∂w)", digits=8)
        rows, columns = tuple(self._health(trace)), ("layer", "dead", "saturated", "units")
        sheet.show("health", lambda: Table("health", "units without a slope", columns, rows, 0), counted=True)
        drawings.draw_layers(sheet, self._network, self.word("activation"))
        sheet.show("loss_curve", lambda: drawings.loss_curve([*self._losses, sheet["loss"].number]))

    def _arithmetic(self, trace: Trace) -> Arithmetic:
        derivation = why(self, self._cell_label(trace))
        titled = Cell(self._recent()[-1].title if self._done else "x1", (), derivation.value)
        return Arithmetic("arithmetic", "how it comes about", replace(derivation, cell=titled))

    def motions(self) -> tuple[str, ...]:
        """One operation after the other."""
        return ("on",)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The passes, their functions for one layer, the slope, the loss's gradient and the update."""
        loss, dense = LOSS_FUNCTIONS[self._spec.loss], operation_of(Dense(1))
        slope = ELEMENTWISE[self.word("activation")].slope
        last = loss.logits_gradient if is_fused(self._spec) else loss.output_gradient
        assert last is not None
        return (forward, backward, dense.forward, dense.backward, slope, last, update)

    def keras_program(self) -> KerasProgram:
        """Forward, tape, one step of SGD; the weights are the lab's."""
        spec = self._spec
        rows = [f'    keras.layers.Dense({w}, "{layer.activation}"),'
                for w, layer in zip(self._widths, spec.layers, strict=True) if isinstance(layer, Dense)]  # fmt: skip
        layers = "\n".join(rows)[:-1]
        loss = {"mse": "MeanSquaredError", "cross-entropy": "CategoricalCrossentropy"}[self.word("loss_kind")]
        numbers = range(1, len(rows) + 1)
        pairs = [", ".join(f"W{i}, b{i}" for i in numbers[k : k + 3]) for k in range(0, len(rows), 3)]
        weights = pairs[0] if len(rows) == 2 else "\n    " + ",\n    ".join(pairs)
        source = f"""\
import keras
import tensorflow as tf
x = tf.constant([{self.vector("x").tolist()}])
t = tf.constant([{self._labels()[0].tolist()}])
net = keras.Sequential([
    keras.Input((2,)),
{layers}])
net.set_weights([{weights}])
loss_of = keras.losses.{loss}()
with tf.GradientTape() as tape:
    loss = loss_of(t, net(x))
w = net.trainable_variables
grads = tape.gradient(loss, w)
sgd = keras.optimizers.SGD({self.number("rate"):g})
sgd.apply(grads, w)
gradient = tf.concat([tf.reshape(
    g, [-1]) for g in grads], 0)
updated = tf.concat([tf.reshape(
    v, [-1]) for v in w], 0)
"""
        parameters = self._weights()
        given = {f"{'Wb'[part == 'bias']}{i}": parameters[f"{name}.{part}"]
                 for i, name in enumerate(self._names, start=1) for part in ("kernel", "bias")}  # fmt: skip
        return KerasProgram(source, {"loss": "loss", "gradient": "gradient", "updated": "updated"}, given)

    # The network and its pass

    @property
    def _is_own(self) -> bool:
        return self.word("network") == "own"

    @property
    def _widths(self) -> tuple[int, ...]:
        """The number of units of each layer, the outputs last."""
        return (*(int(self.number("units")),) * int(self.number("hidden_layers")), 2) if self._is_own else (2, 2)

    @property
    def _spec(self) -> NetworkSpec:
        widths, loss = self._widths, LOSSES[self.word("loss_kind")]
        return _network(widths, self.word("activation"), loss, self.number("rate"), int(self.number("seed")))

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self._spec.named_layers)

    @property
    def _network(self) -> SmallNetwork:
        return SmallNetwork(self._names, self._widths)

    @property
    def _layer(self) -> int:
        """The layer shown in the tables, from 0."""
        return min(int(self.number("layer")), len(self._widths)) - 1

    def _theta(self) -> Array:
        """All weights and biases as one vector (count,)."""
        if not self._is_own:
            return np.concatenate([self.vector(name).ravel() for name in WEIGHTS])
        if self._own is not None:
            return self._own
        theta = initial_theta(self._spec)
        for place in layout(self._spec):
            if place.name.endswith("kernel"):
                theta[place.start : place.stop] *= self.number("scale")
        return theta

    def _weights(self) -> dict[str, Array]:
        return views(self._spec, self._theta())

    def _labels(self) -> Array:
        """The targets (1, 2); for cross-entropy one-hot, where the larger one is the class."""
        target = self.vector("target")
        if self.word("loss_kind") == "cross-entropy":
            target = np.eye(2)[int(target.argmax())]
        return target[None]

    def _loss(self, theta: Array) -> float:
        spec, weights = self._spec, views(self._spec, theta)
        return mean_loss(spec, weights, forward(spec, weights, self.vector("x")[None]), self._labels())

    def _hold(self, theta: Array) -> None:
        """Set the current weights."""
        if self._is_own:
            self._own = theta
            return
        for name, part in zip(WEIGHTS, np.split(theta, (4, 6, 10)), strict=True):
            self._values[name] = self.control(name).check(part.tolist())  # type: ignore[union-attr]

    def _update(self, times: int) -> None:
        """Do ``times`` updates; none at all if a weight would leave its bounds."""
        before, losses = self._theta(), list(self._losses)
        theta = before
        spec, x, labels = self._spec, self.vector("x")[None], self._labels()
        for _ in range(times):
            trace = record(spec, views(spec, theta), x, labels)
            losses.append(float(trace.array("loss")))
            theta = np.concatenate([trace.array(f"new:{place.name}").ravel() for place in layout(spec)])
            if not np.abs(theta).max() <= LARGEST_WEIGHT:
                raise ControlError(
                    f"a weight would leave −{LARGEST_WEIGHT:g} to {LARGEST_WEIGHT:g}: lower the learning rate, or reset"
                )
        self._first = before if self._first is None else self._first
        self._hold(theta)
        self._losses, self._done = losses, 0

    # The walk

    def _operations(self) -> list[Operation]:
        return list(self._network.walk(is_fused(self._spec)))

    def _recent(self) -> list[Operation]:
        return self._operations()[max(0, self._done - SHOWN_OPERATIONS) : self._done]

    def _where(self) -> str:
        operations = self._operations()
        if not self._done:
            return f"0 of {len(operations)}"
        last = operations[self._done - 1]
        return f"{self._done} of {len(operations)}, {last.stage}: {last.title}"

    def _cell_label(self, trace: Trace) -> str:
        """The cell of the last operation; the first input before any."""
        if not self._done:
            return trace.cell("input", 0, 0).label
        last = self._operations()[self._done - 1]
        return trace.cell(last.name, *last.index).label

    def _units(self) -> list[UnitNames]:
        operators = [SIGNS.get(layer.activation, layer.activation) for layer in self._spec.layers]  # type: ignore[union-attr]
        return [
            UnitNames(name, self._network.units(at), operator)
            for at, (name, operator) in enumerate(zip(self._names, operators, strict=True))
        ]

    # Tables

    def _unit_rows(self, trace: Trace) -> Iterator[tuple[str | float, ...]]:
        for layer, name in enumerate(self._names):
            for u in range(self._widths[layer]):
                parts = [f"{name}.z", f"{name}.out", f"grad:{name}.out", f"grad:{name}.z"]
                cells = (float(trace.array(p)[0, u]) if p in trace.arrays else "fused" for p in parts)
                yield (self._network.unit(layer, u), *cells)

    def _nudged(self) -> tuple[list[float], list[float]]:
        """The loss with each parameter of the shown layer slightly increased, and slightly decreased."""
        theta, h = self._theta(), self.number("nudge")
        labels = [label for label, *_ in self._network.parameters()]
        steps = [
            h * (np.arange(len(theta)) == labels.index(label)) for label, *_ in self._network.parameters(self._layer)
        ]
        return [self._loss(theta + step) for step in steps], [self._loss(theta - step) for step in steps]

    def _health(self, trace: Trace) -> Iterator[tuple[str | float, ...]]:
        """For each layer, the number of units with a zero or a nearly zero gradient."""
        activation = self.word("activation")
        for layer, name in enumerate(self._names):
            z, out = trace.array(f"{name}.z"), trace.array(f"{name}.out")
            behind_softmax = is_fused(self._spec) and layer == len(self._names) - 1
            slope = np.ones_like(z) if behind_softmax else ELEMENTWISE[activation].slope(z, out)
            dead = int((slope == 0).sum()) if activation == "relu" else 0
            saturated = int((slope < SATURATED * LARGEST_SLOPE.get(activation, 0.0)).sum())
            yield str(layer + 1), float(dead), float(saturated), float(z.size)
