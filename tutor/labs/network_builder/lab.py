"""The network builder: layers of any size, their parameters, and the smallest case of learning."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.engine.derivations.cells import constant, stacked
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.layers import Dense
from tutor.engine.network import forward
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import Parameters, count, initial_theta, views
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import update
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import Control, NumberControl, VectorControl
from tutor.labs.kit.readouts import LayerView
from tutor.labs.kit.sheet import Sheet
from tutor.labs.network_builder.drawings import draw_learner, draw_parameters, draw_row
from tutor.studio.experiment import Experiment
from tutor.training.keras_program import KerasProgram
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer

HIDDEN = ("1", "2", "3", "4")
COLUMNS = ("layer", "in", "units", "weights", "biases", "all")
# Enough for a line through two or more numbers to be accurate to 1e-5, at a rate that is stable for any length of row.
EPOCHS, RATE = 2000, 0.05
LONGEST_ROW = 5
FIRST_INPUTS = ("1", "2", "3", "4")
"""The inputs whose values are the learner's; all others are 1."""
MOST_EDGES = 1000
OF_STEPS = {"row_bars", "said_bars", "parameter_bars"}
"""Drawings of single steps."""
MOST_NAMED = 9
"""The units of a layer that have names, at most."""

_LINE = NetworkSpec("next-number", (1,), (Dense(1),), "mean_squared_error", SGD(RATE), seed=1, dtype="float64")


class NetworkBuilderLab(Lab):
    """A multilayer perceptron with adjustable layers; and a neuron that learns to continue a row of numbers."""

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
            VectorControl("x", "input values", FIRST_INPUTS, -5, 5, 0.5, (1.0,) * 4, "of the first four"),
            NumberControl("seed", "seed of the weights", 0, 999, 1, 0, integer=True, help="draws others"),
            NumberControl("examples", "examples seen", 1, LONGEST_ROW, 1, 4, integer=True, help="to learn from"),
            NumberControl("first", "first number", -5, 10, 1, 2, help="where the row begins"),
            NumberControl("gap", "gap", -5, 5, 1, 2, help="from each number to the next"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The network, its numbers, the row."""
        return (
            Group("Layers", ("inputs", "hidden", "units", "outputs", "x", "seed")),
            Group("Network", ("picture", "layers", "parameter_bars", "parameters", "weights", "depth")),
            Group("A row of numbers", (
                "first", "gap", "examples", "row", "row_bars", "said_bars", "rule_bars", "learner", "line",
                "next_number", "true_next",
            )),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """All but the drawings of single steps."""
        return tuple(name for name in super().overview() if name not in OF_STEPS)

    def places_in_use(self, name: str) -> int | None:
        """Only the hidden layers in use have units, and only the inputs in use have values."""
        return {"units": int(self.number("hidden")), "x": int(self.number("inputs"))}.get(name)

    def recorded(self) -> Trace:
        """The inputs through the network."""
        return record(self._spec(), self._parameters(), self._example())

    def fill(self, sheet: Sheet) -> None:
        """The network as a drawing and in counts; the row and the line learned from it."""
        self._fill_network(sheet)
        self._fill_counts(sheet)
        self._fill_row(sheet)

    def _fill_network(self, sheet: Sheet) -> None:
        spec, names = self._spec(), [layer for layer, _ in self._spec().named_layers]
        outputs = [sheet[name][0] for name in ("input", *(f"{layer}.out" for layer in names))]
        layers = [(LayerView(name, (), self._units(i)), out)
                  for i, (name, out) in enumerate(zip(self._names(), outputs, strict=True))]  # fmt: skip
        # No weights if there are more lines than a drawing has room for.
        fits = self._counts()[0].max() <= MOST_EDGES
        sheet.network("picture", "", layers, [sheet[f"{layer}.kernel"] for layer in names] if fits else [])
        sheet.number("depth", "layers with weights", len(spec.layers), digits=0)
        sheet.number("with_input_layer", "layers, the inputs counted too", len(spec.layers) + 1, digits=0)

    def _fill_counts(self, sheet: Sheet) -> None:
        before = sheet.give("widths", self._widths())
        layers = len(before) - 1
        ins, units = before.viewed((layers,), lambda at: at), before.viewed((layers,), lambda at: (at[0] + 1,))
        weights = sheet.let("layer_weights", ins * units, "in·units")
        biases = sheet.let("layer_biases", units, "one a unit")
        both = sheet.let("layer_all", weights + biases, "weights + biases")
        sheet.table(
            "layers", "layer by layer", COLUMNS, self._names()[1:], (ins, units, weights, biases, both), digits=0
        )
        over = "Σ over the layers"
        draw_parameters(sheet)
        sheet.number("parameters", "parameters", both.sum(), over, digits=0)
        sheet.number("weights", "weights (edges)", weights.sum(), over, digits=0)
        sheet.number("biases", "biases", biases.sum(), over, digits=0)
        sheet.number("added_widths", "all widths added", before.sum(), over, digits=0)

    def _fill_row(self, sheet: Sheet) -> None:
        first, gap, places = sheet["first"], sheet["gap"], int(self.number("examples"))
        said = "first + gap·(place − 1)"
        numbers = [first + gap * place for place in range(places + 1)]
        labels = tuple(str(i + 1) for i in range(places))
        sheet.vector("row", "the row seen", labels, stacked(numbers[:places]), said)
        sheet.number("last_number", "the last number seen", numbers[places - 1], said)
        sheet.number("true_next", "the rule goes on with", numbers[places], said, digits=3)
        learned = f"after {EPOCHS} steps of descent on the row"
        line = sheet.vector("line", "learned: w·place + b", ("w", "b"), constant(self._line()), learned)
        following = line[0] * (places + 1) + line[1]
        sheet.number("next_number", "it goes on with", following, "w·place + b", digits=3)
        draw_row(sheet, places, LONGEST_ROW + 1)
        draw_learner(sheet, places + 1)

    def for_studio(self) -> Experiment:
        """The hidden layers on the studio's usual circle."""
        return Experiment(layers=self._spec().layers[:-1], seed=int(self.number("seed")))

    def left_out_of_studio(self) -> str:
        """Its inputs and outputs."""
        return "its inputs and outputs: a point has two inputs, and the circle asks for one answer"

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The forward pass, its Dense layer, the parameter count, and the update that learned the row."""
        return (forward, operation_of(Dense(1)).forward, count, update)

    def keras_program(self) -> KerasProgram:
        """The network, its parameter count and its output; the learned line continues the row."""
        spec = self._spec()
        hidden = "".join(f'    Dense({layer.units}, "relu"),\n' for layer in _dense(spec)[:-1])
        w, b = self._line()
        source = f"""\
import keras
import numpy as np
from keras.layers import Dense

net = keras.Sequential([
    keras.Input(({spec.input_shape[0]},)),
{hidden}    Dense({spec.output_size})])
net.summary()
parameters = net.count_params()

# The row: w and b as we learned them.
line = Dense(1)
line.build((None, 1))
line.set_weights([
    np.array([[{w:.6f}]]),
    np.array([{b:.6f}])])
place = np.array([[{len(self._row()) + 1}.0]])
following = line(place)
"""
        return KerasProgram(source, {"parameters": "parameters", "next_number": "following"})

    # What is computed

    def _widths(self) -> list[int]:
        hidden = self.vector("units")[: int(self.number("hidden"))]
        return [int(self.number("inputs")), *(int(units) for units in hidden), int(self.number("outputs"))]

    def _names(self) -> tuple[str, ...]:
        return ("inputs", *(f"hidden {i}" for i in HIDDEN[: int(self.number("hidden"))]), "outputs")

    def _units(self, layer: int) -> tuple[str, ...]:
        """The names of the units of a small layer: x1, h1.1, y1."""
        widths = self._widths()
        first, last = layer == 0, layer == len(widths) - 1
        said = "x" if first else "y" if last else "h" if len(widths) == 3 else f"h{layer}."
        return tuple(f"{said}{i + 1}" for i in range(widths[layer])) if widths[layer] <= MOST_NAMED else ()

    def _spec(self) -> NetworkSpec:
        inputs, *units = self._widths()
        layers = (*(Dense(width, "relu") for width in units[:-1]), Dense(units[-1]))
        return NetworkSpec("built", (inputs,), layers, "mean_squared_error", seed=int(self.number("seed")))

    def _parameters(self) -> Parameters:
        return _first_parameters(self._spec())

    def _example(self) -> np.ndarray:
        row = np.ones((1, int(self.number("inputs"))), "float32")
        given = self.vector("x")[: row.size]
        row[0, : given.size] = given
        return row

    def _counts(self) -> tuple[np.ndarray, np.ndarray]:
        pairs = list(pairwise(self._widths()))
        return np.array([a * b for a, b in pairs], float), np.array([b for _, b in pairs], float)

    def _row(self) -> np.ndarray:
        return self.number("first") + self.number("gap") * np.arange(int(self.number("examples")))

    def _line(self) -> tuple[float, float]:
        return _learned_line(tuple(self._row().tolist()))


def _dense(spec: NetworkSpec) -> list[Dense]:
    return [layer for layer in spec.layers if isinstance(layer, Dense)]


@lru_cache(maxsize=1)
def _first_parameters(spec: NetworkSpec) -> Parameters:
    return views(spec, initial_theta(spec))


@lru_cache(maxsize=64)
def _learned_line(row: tuple[float, ...]) -> tuple[float, float]:
    """Weight and bias after gradient descent on all pairs (place, number) in each step."""
    places = np.arange(1.0, len(row) + 1)[:, None]
    data = TrainingData(places, np.array(row)[:, None], places[:0], places[:0])
    trainer = Trainer(RunSettings(_LINE, EPOCHS, batch_size=len(row)), data)
    trainer.advance(EPOCHS)
    w, b = trainer.backend.state().theta.tolist()
    return float(w), float(b)
