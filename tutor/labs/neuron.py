"""The neuron: x · w + b through an activation; a layer of three; how many numbers a layer has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.activations import ELEMENTWISE, activate
from tutor.engine.derivations.activated import activation_forms
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.layers import Dense
from tutor.engine.operations.table import operation_of
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import ChoiceControl, Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.origins import why
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Arithmetic, Code, Curve, LayerView, Network, Number, Readout, Series, Vector
from tutor.training.keras_program import KerasProgram

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")
PLACES = ("1", "2")
UNITS = ("A", "B", "C")
SIZES = ("X", "W", "b", "out", "W and b")
CURVE_Z = np.linspace(-8.0, 8.0, 81)


class NeuronLab(Lab):
    """One neuron with two inputs; below it a layer of three that see the same two inputs."""

    id = "neuron"
    title = "A neuron at work"

    def controls(self) -> tuple[Control, ...]:
        """The inputs, the weights, the bias, the activation; then the layer's weights and biases."""
        return (
            VectorControl("x", "inputs x", PLACES, -10, 10, 0.5, (1.0, 1.0), "what the neuron sees"),
            VectorControl("w", "weights w", PLACES, -10, 10, 0.5, (1.0, 2.0), "how much each input counts"),
            NumberControl("b", "bias b", -10, 10, 0.5, 0.0, help="added to the weighted sum"),
            ChoiceControl("activation", "activation", ACTIVATIONS, "sigmoid", "what turns z into y"),
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
        """The neuron and its output, then the layer."""
        return (
            Group("Neuron", ("x", "w", "b", "activation", "products", "weighted_sum", "z", "y")),
            Group("Arithmetic", ("sum_arithmetic", "y_arithmetic")),
            Group("Activation", ("curve",)),
            Group("Layer", ("W", "biases", "layer_z", "layer_y", "picture", "parameters")),
            Group("Sizes of a layer", ("rows", "inputs", "neurons", "sizes")),
            Group("Keras", ("keras",)),
        )

    def readout_names(self) -> tuple[str, ...]:
        """Products, sum, z, y; the arithmetic of both; the activation's curve; the layer; wrong sums."""
        return (
            "products", "weighted_sum", "z", "y", "sum_arithmetic", "y_arithmetic",
            "curve", "layer_z", "layer_y", "picture", "parameters", "sizes",
            "product_of_sums", "crossed_sum", "y_of_minus_z", "e_minus_z", "keras",
        )  # fmt: skip

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine's own functions."""
        x, w, b = self.vector("x"), self.vector("w"), self.number("b")
        activation = self.word("activation")
        products = x * w
        z = products.sum() + b
        y = float(activate(activation, z))
        layer_z = x @ self.vector("W") + self.vector("biases")
        layer_y = activate(activation, layer_z)
        match name:
            case "products":
                return Vector(name, "products x·w", PLACES, tuple(products.tolist()))
            case "weighted_sum":
                return Number(name, "weighted sum", float(products.sum()))
            case "z":
                return Number(name, "z = sum + bias", float(z))
            case "y":
                return Number(name, "output y", y)
            case "sum_arithmetic":
                return Arithmetic(name, "how z comes about", why(self, "z"))
            case "y_arithmetic":
                return Arithmetic(name, "how y comes about", why(self, "y"))
            case "curve":
                ys = activate(activation, CURVE_Z)
                line = Series(activation, tuple(CURVE_Z.tolist()), tuple(ys.tolist()))
                return Curve(name, f"{activation} around z", "z", (line,), marker=(float(z), y))
            case "layer_z":
                return Vector(name, "layer z = x·W + biases", UNITS, tuple(layer_z.tolist()))
            case "layer_y":
                return Vector(name, "layer outputs", UNITS, tuple(layer_y.tolist()))
            case "picture":
                layers = (
                    LayerView("x", tuple(x.tolist()), PLACES),
                    LayerView("y", tuple(layer_y.tolist()), UNITS),
                )
                weights = tuple(tuple(row) for row in self.vector("W").tolist())
                return Network(name, "the layer drawn", layers, (weights,))
            case "parameters":
                return Number(name, "degrees of freedom of the layer", self.vector("W").size + len(UNITS))
            case "sizes":
                return Vector(name, "how many numbers", SIZES, self._sizes(), digits=0)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
            case "y_of_minus_z":
                return Number(name, "output for −z", float(activate(activation, -z)))
            case "e_minus_z":
                return Number(name, "e^(−z)", math.exp(-z))
            case "product_of_sums":
                return Number(name, "(sum of x) · (sum of w)", float(x.sum() * w.sum()))
            case "crossed_sum":
                return Number(name, "each input times the other's weight", float((x * w[::-1]).sum()))
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    def overview(self) -> tuple[str, ...]:
        """All but the program, which has a screen of its own."""
        return tuple(name for group in self.groups()[:-1] for name in group.names)

    def counted(self) -> frozenset[str]:
        """How many numbers a layer has, and the sums that only wrong answers come to."""
        return frozenset({"parameters", "sizes", "product_of_sums", "crossed_sum", "y_of_minus_z", "e_minus_z"})

    def worksheet(self) -> Worksheet:
        """The neuron and the layer, one number from the other."""
        sheet = super().worksheet()
        x, w, weights = self.vector("x"), self.vector("w"), self.vector("W")
        activation = self.word("activation")
        z = np.asarray((x * w).sum() + self.number("b"))
        layer_z = x @ weights + self.vector("biases")
        cell = sheet.cell

        def weighted(n: Writer) -> list[Expression]:
            return [n(cell("x", i)) * n(cell("w", i)) for i in range(len(x))]

        def layer_sum(n: Writer, unit: int) -> Expression:
            products = [n(cell("x", i)) * n(cell("W", i, unit)) for i in range(len(x))]
            return total([*products, n(cell("biases", unit))])

        formula = " + ".join(f"x{i}·w{i}" for i in PLACES)
        sheet.put("products", x * w, lambda i: Form("x·w", lambda n: n(cell("x", i)) * n(cell("w", i))))
        sheet.put("weighted_sum", (x * w).sum(), lambda: Form(formula, lambda n: total(weighted(n))))
        sheet.put("z", z, lambda: Form(f"{formula} + b", lambda n: total([*weighted(n), n(cell("b"))])))
        sheet.put("y", activate(activation, z), lambda: activation_forms(activation, cell("z")))
        sheet.put("layer_z", layer_z, lambda u: Form("Σᵢ xᵢ·Wᵢ + bias", lambda n: layer_sum(n, u)))
        sheet.put("layer_y", activate(activation, layer_z), lambda u: activation_forms(activation, cell("layer_z", u)))
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The drawn layer shows its inputs and outputs."""
        if name == "picture":
            return ("x", "layer_y")[index[0]], index[1:]
        return name, index

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
        """How many numbers there are in X, W, b, X·W + b, and in W and b together."""
        rows, inputs, neurons = (self.number(n) for n in ("rows", "inputs", "neurons"))
        return rows * inputs, inputs * neurons, neurons, rows * neurons, inputs * neurons + neurons
