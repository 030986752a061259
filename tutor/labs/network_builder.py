"""The network builder: layers as one pleases, what they hold in numbers, and the smallest case of learning."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.layers import Dense
from tutor.engine.network import forward
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import Parameters, count, initial_theta, views
from tutor.engine.spec import NetworkSpec
from tutor.engine.trace import record
from tutor.engine.updates import update
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import Control, NumberControl, VectorControl
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Code, LayerView, Network, Number, Readout, Table, Vector
from tutor.training.keras_program import KerasProgram
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer

HIDDEN = ("1", "2", "3", "4")
COLUMNS = ("layer", "in", "units", "weights", "biases", "all")
# Enough for the line through two numbers or more to lie within 1e-5, at a rate that no length of row lets run away.
EPOCHS, RATE = 2000, 0.05
LONGEST_ROW = 5
MOST_EDGES = 1000

_LINE = NetworkSpec("next-number", (1,), (Dense(1),), "mean_squared_error", SGD(RATE), seed=1, dtype="float64")


class NetworkBuilderLab(Lab):
    """A multilayer perceptron whose layers can be changed; beside it a neuron that learns to go on with a row."""

    id = "network-builder"
    title = "Build a network"

    def controls(self) -> tuple[Control, ...]:
        """The layers; then the row of numbers to learn from."""
        return (
            NumberControl("inputs", "inputs", 1, 1000, 1, 3, integer=True, help="numbers that go in"),
            NumberControl("hidden", "hidden layers", 0, len(HIDDEN), 1, 2, integer=True, help="between in and out"),
            VectorControl(
                "units", "units of hidden", HIDDEN, 1, 1000, 1, (4, 4, 4, 4), "one number a layer", integer=True
            ),
            NumberControl("outputs", "outputs", 1, 100, 1, 2, integer=True, help="numbers that come out"),
            NumberControl("seed", "seed of the weights", 0, 999, 1, 0, integer=True, help="draws others"),
            NumberControl("examples", "examples seen", 1, LONGEST_ROW, 1, 4, integer=True, help="to learn from"),
            NumberControl("first", "first number", -5, 10, 1, 2, help="where the row begins"),
            NumberControl("gap", "gap", -5, 5, 1, 2, help="from each number to the next"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The network, its numbers, the row."""
        return (
            Group("Layers", ("inputs", "hidden", "units", "outputs", "seed")),
            Group("Network", ("picture", "layers", "parameters", "weights", "depth")),
            Group("A row of numbers", ("first", "gap", "examples", "row", "line", "next_number", "true_next")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """All but the program, which has a screen of its own."""
        return tuple(name for group in self.groups()[:-1] for name in group.names)

    def places_in_use(self, name: str) -> int | None:
        """Only the hidden layers that there are have units."""
        return int(self.number("hidden")) if name == "units" else None

    def readout_names(self) -> tuple[str, ...]:
        """The network drawn and counted, the row and what was learned of it, wrong counts, the program."""
        return (
            "picture", "layers", "parameters", "weights", "biases", "depth", "row", "line", "next_number", "true_next",
            "last_number", "with_input_layer", "added_widths", "keras",
        )  # fmt: skip

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine."""
        spec = self._spec()
        match name:
            case "picture":
                trace = record(spec, self._parameters(), self._example())
                outputs = ("input", *(f"{layer}.out" for layer, _ in spec.named_layers))
                views_ = zip(self._names(), outputs, strict=True)
                layers = tuple(LayerView(n, tuple(trace.array(o)[0].tolist())) for n, o in views_)
                return Network(name, "", layers, self._edges())
            case "layers":
                return Table(name, "layer by layer", COLUMNS, self._rows(), digits=0)
            case "parameters":
                return Number(name, "parameters", count(spec), digits=0)
            case "weights":
                return Number(name, "weights (edges)", float(self._counts()[0].sum()), digits=0)
            case "biases":
                return Number(name, "biases", float(self._counts()[1].sum()), digits=0)
            case "depth":
                return Number(name, "layers with weights", len(spec.layers), digits=0)
            case "with_input_layer":
                return Number(name, "layers, the inputs counted too", len(spec.layers) + 1, digits=0)
            case "added_widths":
                return Number(name, "all widths added", sum(self._widths()), digits=0)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        return self._read_row(name)

    def _read_row(self, name: str) -> Readout:
        row = self._row()
        match name:
            case "row":
                return Vector(name, "the row seen", tuple(str(i + 1) for i in range(len(row))), tuple(row.tolist()))
            case "line":
                return Vector(name, "learned: w·place + b", ("w", "b"), self._line())
            case "next_number":
                w, b = self._line()
                return Number(name, "it goes on with", w * (len(row) + 1) + b, digits=3)
            case "true_next":
                return Number(name, "the rule goes on with", float(row[0] + self.number("gap") * len(row)), digits=3)
            case "last_number":
                return Number(name, "the last number seen", float(row[-1]))
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    # Where the numbers come from

    def counted(self) -> frozenset[str]:
        """What was counted or learned; the learned line is what many steps of descent came to."""
        return frozenset({"depth", "with_input_layer", "line"})

    def worksheet(self) -> Worksheet:
        """The pass of the network, the counts, the row."""
        sheet = self.sheet_of_controls(record(self._spec(), self._parameters(), self._example()))
        cell, widths = sheet.cell, self._widths()
        weights, biases = self._counts()
        sheet.give("widths", widths)
        sheet.put(
            "layer_weights",
            weights,
            lambda i: Form("in·units", lambda n: n(cell("widths", i)) * n(cell("widths", i + 1))),
        )
        sheet.put("layer_biases", biases, lambda i: Form("one a unit", lambda n: n(cell("widths", i + 1))))
        sheet.put(
            "layer_all",
            weights + biases,
            lambda i: Form("weights + biases", lambda n: n(cell("layer_weights", i)) + n(cell("layer_biases", i))),
        )
        for name, part in (
            ("weights", "layer_weights"),
            ("biases", "layer_biases"),
            ("parameters", "layer_all"),
        ):
            sheet.put(name, sheet.array(part).sum(), _sum_of(sheet, part))
        sheet.put("added_widths", sum(widths), _sum_of(sheet, "widths"))
        self._put_row(sheet)
        return sheet

    def _put_row(self, sheet: Worksheet) -> None:
        row, line = self._row(), self._line()
        places = len(row)
        first, gap = sheet.cell("first"), sheet.cell("gap")

        def at(place: int) -> Callable[[Writer], Expression]:
            return lambda n: n(first) + n(gap) * n(place)

        sheet.put("row", row, lambda i: Form("first + gap·(place − 1)", at(i)))
        sheet.put("last_number", row[-1], lambda: Form("first + gap·(place − 1)", at(places - 1)))
        sheet.put(
            "true_next", row[0] + self.number("gap") * places, lambda: Form("first + gap·(place − 1)", at(places))
        )
        sheet.put("line", line, lambda i: Form(f"after {EPOCHS} steps of descent on the row", lambda n: n(line[i])))
        w, b = sheet.cell("line", 0), sheet.cell("line", 1)
        sheet.put(
            "next_number",
            line[0] * (places + 1) + line[1],
            lambda: Form("w·place + b", lambda n: n(w) * n(places + 1) + n(b)),
        )

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The drawn network is the pass; a table's column is a count of each layer."""
        if name == "picture":
            outputs = ("input", *(f"{layer}.out" for layer, _ in self._spec().named_layers))
            return outputs[index[0]], (0, index[1])
        if name == "layers":
            layer, column = index
            if column in (1, 2):
                return "widths", (layer + column - 1,)
            return f"layer_{COLUMNS[column]}", (layer,)
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward, a Dense layer in it, the counting, and the update that learned the row."""
        return (forward, operation_of(Dense(1)).forward, count, update)

    def keras_program(self) -> KerasProgram:
        """The network, its counted parameters and its answer; the learned line goes on with the row."""
        spec = self._spec()
        hidden = "".join(f'    keras.layers.Dense(\n        {layer.units}, "relu"),\n' for layer in _dense(spec)[:-1])
        w, b = self._line()
        source = f"""\
import keras
import numpy as np

net = keras.Sequential([
    keras.Input(({spec.input_shape[0]},)),
{hidden}    keras.layers.Dense({spec.output_size})])
net.summary()
parameters = net.count_params()

# The row: w and b as we learned them.
line = keras.layers.Dense(1)
line.build((None, 1))
line.set_weights([
    np.array([[{w:.6f}]]),
    np.array([{b:.6f}])])
following = line(
    np.array([[{len(self._row()) + 1}.0]]))
"""
        return KerasProgram(source, {"parameters": "parameters", "next_number": "following"})

    # What is computed

    def _widths(self) -> list[int]:
        hidden = self.vector("units")[: int(self.number("hidden"))]
        return [int(self.number("inputs")), *(int(units) for units in hidden), int(self.number("outputs"))]

    def _names(self) -> tuple[str, ...]:
        return ("inputs", *(f"hidden {i}" for i in HIDDEN[: int(self.number("hidden"))]), "outputs")

    def _spec(self) -> NetworkSpec:
        inputs, *units = self._widths()
        layers = (*(Dense(width, "relu") for width in units[:-1]), Dense(units[-1]))
        return NetworkSpec("built", (inputs,), layers, "mean_squared_error", seed=int(self.number("seed")))

    def _parameters(self) -> Parameters:
        return _first_parameters(self._spec())

    def _edges(self) -> tuple[tuple[tuple[float, ...], ...], ...]:
        """The weights between the layers; none where there are more lines than a drawing has room for."""
        if self._counts()[0].max() > MOST_EDGES:
            return ()
        parameters = self._parameters()
        kernels = (parameters[f"{layer}.kernel"] for layer, _ in self._spec().named_layers)
        return tuple(tuple(map(tuple, kernel.tolist())) for kernel in kernels)

    def _example(self) -> np.ndarray:
        return np.ones((1, int(self.number("inputs"))), "float32")

    def _counts(self) -> tuple[np.ndarray, np.ndarray]:
        pairs = list(pairwise(self._widths()))
        return np.array([a * b for a, b in pairs], float), np.array([b for _, b in pairs], float)

    def _rows(self) -> tuple[tuple[str | float, ...], ...]:
        weights, biases = self._counts()
        layers = zip(self._names()[1:], pairwise(self._widths()), weights, biases, strict=True)
        return tuple((name, a, b, float(w), float(c), float(w + c)) for name, (a, b), w, c in layers)

    def _row(self) -> np.ndarray:
        return self.number("first") + self.number("gap") * np.arange(int(self.number("examples")))

    def _line(self) -> tuple[float, float]:
        return _learned_line(tuple(self._row().tolist()))


def _dense(spec: NetworkSpec) -> list[Dense]:
    return [layer for layer in spec.layers if isinstance(layer, Dense)]


def _sum_of(sheet: Worksheet, name: str) -> Callable[[], Form]:
    return lambda: Form("Σ over the layers", lambda n: total(n.each(sheet.cells(name))))


@lru_cache(maxsize=1)
def _first_parameters(spec: NetworkSpec) -> Parameters:
    return views(spec, initial_theta(spec))


@lru_cache(maxsize=64)
def _learned_line(row: tuple[float, ...]) -> tuple[float, float]:
    """Weight and bias after descending on the pairs (place, number), all of them in each step."""
    places = np.arange(1.0, len(row) + 1)[:, None]
    data = TrainingData(places, np.array(row)[:, None], places[:0], places[:0])
    trainer = Trainer(RunSettings(_LINE, EPOCHS, batch_size=len(row)), data)
    trainer.advance(EPOCHS)
    w, b = trainer.backend.state().theta.tolist()
    return float(w), float(b)
