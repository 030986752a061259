"""The neuron: x · w + b through an activation; a layer of three; how many numbers a layer has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tutor.engine.activations import ELEMENTWISE
from tutor.engine.derivations.cells import exp
from tutor.engine.layers import Dense
from tutor.engine.operations.table import operation_of
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.kit.sheet import Sheet
from tutor.labs.neuron.drawings import draw_batch, draw_curves, draw_layer, draw_neuron
from tutor.labs.neuron.plane import DATA, draw_plane
from tutor.labs.neuron.to_studio import BEHIND, LAYER, LOSSES, neuron_experiment
from tutor.studio.experiment import Experiment
from tutor.training.keras_program import KerasProgram

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
PLACES = ("1", "2")
UNITS = ("A", "B", "C")
OF_STEPS = {"summed", "sum_bars", "four", "ways", "ways_bars", "layer_drawn", "tables", "result", "sized"}
"""Drawings of single steps, and what they stand on."""
SIZES = ("X", "W", "b", "out", "W and b")


class NeuronLab(Lab):
    """One neuron with two inputs, and a layer of three neurons with the same two inputs."""

    id = "neuron"
    title = "A neuron at work"

    def controls(self) -> tuple[Control, ...]:
        """The inputs, the weights, the bias, the activation, the points; then the layer's weights and biases."""
        return (
            VectorControl("x", "inputs x", PLACES, -10, 10, 0.5, (1.0, 1.0), "what the neuron sees"),
            VectorControl("w", "weights w", PLACES, -10, 10, 0.5, (1.0, 2.0), "how much each input counts"),
            NumberControl("b", "bias b", -10, 10, 0.5, 0.0, help="added to the weighted sum"),
            ChoiceControl("activation", "activation", ACTIVATIONS, "sigmoid", "what turns z into y"),
            ChoiceControl("data", "points", DATA, "AND", "which points should be 1"),
            MatrixControl(
                "W", "layer weights W", PLACES, UNITS, -10, 10, 0.5,
                ((1.0, -1.0, 0.5), (2.0, 1.0, -0.5)), "a column for a neuron",
            ),
            VectorControl("biases", "layer biases", UNITS, -10, 10, 0.5, (0.0, 0.5, -1.0), "one a neuron"),
            NumberControl("rows", "rows of X (batch)", 1, 1000, 1, 1, integer=True, help="examples at once"),
            NumberControl("inputs", "inputs (in)", 1, 1000, 1, 2, integer=True, help="numbers in each row"),
            NumberControl("neurons", "neurons (out)", 1, 1000, 1, 3, integer=True, help="of the layer"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The neuron and its output, its plane, then the layer."""
        return (
            Group(
                "Neuron",
                (
                    "x",
                    "w",
                    "b",
                    "activation",
                    "drawn",
                    "summed",
                    "sum_bars",
                    "terms",
                    "products",
                    "weighted_sum",
                    "z",
                    "y",
                ),
            ),
            Group("Arithmetic", ("sum_arithmetic", "y_arithmetic")),
            Group("Activation", ("curve", "four", "ways", "ways_bars")),
            Group("Plane", ("data", "plane", "pair_y", "right", "crossing")),
            Group("Layer", ("W", "biases", "layer_z", "layer_y", "layer_drawn", "picture", "parameters")),
            Group("Sizes of a layer", ("rows", "inputs", "neurons", "tables", "result", "sized", "sizes")),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """All but the drawings of single steps."""
        return tuple(name for name in super().overview() if name not in OF_STEPS)

    def fill(self, sheet: Sheet) -> None:
        """The neuron and its output, its plane, the layer, its sizes."""
        x, w, b, f = sheet["x"], sheet["w"], sheet["b"], self.word("activation")
        formula = " + ".join(f"x{i}·w{i}" for i in PLACES)
        sheet.vector("products", "products x·w", PLACES, x * w, "x·w")
        sheet.number("weighted_sum", "weighted sum", (x * w).sum(), formula)
        z = sheet.number("z", "z = sum + bias", (x * w).sum() + b, f"{formula} + b")
        sheet.number("y", "output y", sheet.activated(f, "z"))
        draw_neuron(sheet, f, PLACES)
        sheet.arithmetic("sum_arithmetic", "how z comes about", "z")
        sheet.arithmetic("y_arithmetic", "how y comes about", "y")
        layer_z = x @ sheet["W"] + sheet["biases"]
        sheet.vector("layer_z", "layer z = x·W + biases", UNITS, layer_z, "Σᵢ xᵢ·Wᵢ + bias")
        sheet.vector("layer_y", "layer outputs", UNITS, sheet.activated(f, "layer_z"))
        draw_curves(sheet, f, ACTIVATIONS)
        draw_plane(sheet, f, self.word("data"))
        draw_layer(sheet, f, PLACES, UNITS)
        sheet.number("parameters", "degrees of freedom of the layer", sheet["W"].values.size + len(UNITS))
        sheet.vector("sizes", "how many numbers", SIZES, self._sizes(), digits=0)
        draw_batch(sheet, *(int(self.number(name)) for name in ("rows", "inputs", "neurons")))
        sheet.number("e_minus_z", "e^(−z)", exp(-z), "e^(−z)")

    def for_studio(self) -> Experiment:
        """The neuron with its weights on the pairs."""
        w1, w2 = self.vector("w").tolist()
        return neuron_experiment(self.word("activation"), (w1, w2, self.number("b")), self.word("data"))

    def left_out_of_studio(self) -> str:
        """The layer of three; and that a neuron whose activation no output has is a hidden one."""
        return LAYER if self.word("activation") in LOSSES else f"{LAYER}; {BEHIND}"

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The weighted sum of a layer, and the activation."""
        return (operation_of(Dense(1)).forward, ELEMENTWISE[self.word("activation")].function)

    def keras_program(self) -> KerasProgram:
        """One neuron and one layer of three."""
        x, w, b = self.vector("x").tolist(), self.vector("w").tolist(), self.number("b")
        activation = self.word("activation")
        source = f"""\
import keras
import numpy as np

x = np.array([{x}])

neuron = keras.layers.Dense(
    1, activation="{activation}")
neuron.build((None, {len(x)}))
neuron.set_weights([
    np.array({[[each] for each in w]}),
    np.array([{b}])])
y = neuron(x)

W = np.array([
    {self.vector("W").tolist()[0]},
    {self.vector("W").tolist()[1]}])
layer = keras.layers.Dense(
    {len(UNITS)}, activation="{activation}")
layer.build((None, {len(x)}))
layer.set_weights([
    W, np.array({self.vector("biases").tolist()})])
layer_y = layer(x)
"""
        return KerasProgram(source, {"y": "y", "layer_y": "layer_y"})

    def _sizes(self) -> tuple[float, ...]:
        """The sizes of X, W, b, X·W + b, and of W and b together."""
        rows, inputs, neurons = (self.number(n) for n in ("rows", "inputs", "neurons"))
        return rows * inputs, inputs * neurons, neurons, rows * neurons, inputs * neurons + neurons
