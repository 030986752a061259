"""Activations: value and slope at a point; gradients through a deep stack; stacked linear layers that are one."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tutor.engine.activations import ELEMENTWISE, activate, as_float32, leaky_relu, leaky_relu_slope
from tutor.engine.derivations.cells import sqrt, stacked
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.rules.activated import activation_forms, slope_forms
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.initializers import Constant
from tutor.engine.layers import Dense, LayerSpec, LeakyReLU
from tutor.engine.network import backward
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import initial_theta, views
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.labs.activations.drawings import draw_chain, draw_point, draw_stack, draw_two_layers
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.training.keras_program import KerasProgram

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "linear", "elu", "softplus", "silu", "gelu")
INITIALIZERS = ("glorot_uniform", "he_uniform", "lecun_normal", "he_normal")
STACK = {"activation", "leak", "depth", "width", "scale", "initializer", "bias", "seed"}
PLACES, ROWS = ("1", "2"), 16
NEARLY_ZERO = 0.01
OF_STEPS = {"curve", "tangent", "compared", "chain", "left", "stack_bars", "layers_drawn", "compared_bars"}
"""Drawings of single steps, and what they stand on."""

Array = NDArray[np.floating]


class ActivationsLab(Lab):
    """One activation at one point; a deep network of it, with the gradient's size at each layer; two linear layers."""

    id = "activations"
    title = "What bends the line"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._trace: Trace | None = None

    def controls(self) -> tuple[Control, ...]:
        """The activation and the point; the stack; the two linear layers."""
        return (
            ChoiceControl("activation", "activation f", ACTIVATIONS, "sigmoid", "turns z into the output"),
            NumberControl("z", "z", -10, 10, 0.5, 1.0, help="the point on the curve"),
            NumberControl("leak", "slope of leaky_relu", 0, 1, 0.05, 0.1, help="below 0"),
            NumberControl("depth", "depth, in layers", 1, 30, 1, 10, integer=True, help="of the stack"),
            NumberControl("width", "width, in units", 1, 32, 1, 16, integer=True, help="units of each layer"),
            ChoiceControl("initializer", "initial weights", INITIALIZERS, "glorot_uniform", "how they are drawn"),
            NumberControl(
                "scale", "times", 0.1, 10, 0.1, 1.0,
                choices=(0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4, 10), help="all initial weights times this",
            ),
            NumberControl("bias", "initial bias", -3, 3, 0.25, 0.0, help="of every unit"),
            NumberControl("seed", "seed", 0, 999, 1, 1, integer=True, help="draws the weights and the rows"),
            VectorControl("x", "inputs x", PLACES, -5, 5, 0.5, (1.0, 2.0), "what the two layers see"),
            MatrixControl("W1", "weights W1", PLACES, PLACES, -5, 5, 0.5, ((1.0, 2.0), (-1.0, 0.5)), "first layer"),
            MatrixControl("W2", "weights W2", PLACES, PLACES, -5, 5, 0.5, ((2.0, 0.0), (1.0, -1.0)), "second layer"),
        )  # fmt: skip

    def groups(self) -> tuple[Group, ...]:
        """The point, the stack, the collapse."""
        return (
            Group("A point", ("activation", "leak", "z", "value", "derivative", "state", "depth", "chained")),
            Group("Arithmetic", ("value_arithmetic", "derivative_arithmetic")),
            Group("Value and slope", ("curve", "value_curve", "slope_curve", "tangent", "compared", "chain", "left")),
            Group(f"Deep stack, {ROWS} rows", (
                "width", "initializer", "scale", "bias", "seed", "first_gradient", "last_gradient",
                "dead_units", "dead_share", "stack_curve", "stack_bars", "units",
            )),
            Group("Two layers", (
                "x", "W1", "W2", "two_layers", "product", "one_layer", "bent", "layers_drawn", "bent_drawn",
                "compared_bars",
            )),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """All but the drawings of single steps."""
        return tuple(name for name in super().overview() if name not in OF_STEPS)

    def changed(self, name: str) -> None:
        """Run the stack again after a change of one of its controls."""
        if name in STACK:
            self._trace = None

    def recorded(self) -> Trace:
        """The stack's pass."""
        return self._stack()

    def fill(self, sheet: Sheet) -> None:
        """The point, the stack, the two layers."""
        self._fill_point(sheet)
        self._fill_stack(sheet)
        self._fill_two_layers(sheet)

    def _fill_point(self, sheet: Sheet) -> None:
        activation, z, depth = self.word("activation"), self.number("z"), round(self.number("depth"))
        leaky, leak = activation == "leaky_relu", as_float32(self.number("leak"))
        cell, (value, slope) = sheet.worksheet.cell, self._at(np.asarray(z))
        shown = sheet.number("value", "f(z)", self._activated(sheet, "z", value))
        of_leaky = Form("1 if z > 0 else slope", lambda n: n(1 if n.read(cell("z")) > 0 else leak))
        derivative = sheet.number("derivative", "f′(z), the slope", Explained(
            np.asarray(slope), lambda: of_leaky if leaky else slope_forms(activation, cell("z"), cell("value"))
        ))  # fmt: skip
        sheet.number("rest_to_one", "1 − f(z)", 1 - shown, "1 − f(z)")
        sheet.text("state", "so the gradient", _state(derivative.number))
        chain = reduce(mul, [derivative] * depth).computed(derivative.number**depth)
        sheet.number("chained", "f′(z) to the power of depth", chain, "f′·f′·…, once a layer", digits=10)
        sheet.arithmetic("value_arithmetic", "how f(z) comes about", "value")
        sheet.arithmetic("derivative_arithmetic", "how f′(z) comes about", "derivative")
        draw_point(sheet, activation, self._at)
        draw_chain(sheet, depth)

    def _fill_stack(self, sheet: Sheet) -> None:
        """‖∂z‖ from a sum of squares for each unit, and that from the cells of the pass."""
        gradients = [sheet[f"grad:{name}.z"] for name in self._hidden()]
        layers = tuple(str(i + 1) for i in range(len(gradients)))
        squares = stacked([(each * each).sum(axis=0) for each in gradients])
        squares = squares.computed([np.square(each.values).sum(axis=0) for each in gradients])
        squares = sheet.let("unit_squares", squares, "Σ ∂z·∂z over the rows")
        sizes = sqrt(squares.sum(axis=1)).computed([np.linalg.norm(each.values) for each in gradients])
        sizes = sheet.vector("gradient_sizes", "size of ∂loss/∂z", layers, sizes, "√(Σ over the units)", digits=8)
        sheet.number("first_gradient", "gradient at the first layer", sizes[0], digits=9)
        sheet.number("last_gradient", "gradient at the last layer", sizes[len(sizes) - 1], digits=9)
        sheet.show("stack_curve", lambda: _stack_curve(sizes.values))
        draw_stack(sheet, self._alive, round(self.number("width")))
        dead = self._dead()
        sheet.vector("dead", "dead units", layers, dead, digits=0)
        sheet.number("dead_units", "dead units", dead.sum(), digits=0)
        share = 100 * dead.sum() / (self.number("depth") * self.number("width"))
        sheet.number("dead_share", "dead, of all units", share, digits=1, unit="%")

    def _fill_two_layers(self, sheet: Sheet) -> None:
        x, first, second = sheet["x"], sheet["W1"], sheet["W2"]
        hidden = sheet.let("hidden", x @ first, "Σ x·W1")
        sheet.vector("two_layers", "(x·W1)·W2, two layers", PLACES, hidden @ second, "Σ (x·W1)·W2")
        product = sheet.matrix("product", "W1·W2", PLACES, PLACES, first @ second, "Σ W1·W2, a row by a column")
        sheet.vector("one_layer", "x·(W1·W2), one layer", PLACES, x @ product, "Σ x·(W1·W2)")
        activated = sheet.let("activated", self._activated(sheet, "hidden", self._at(hidden.values)[0]))
        sheet.vector("bent", "f(x·W1)·W2, f between", PLACES, activated @ second, "Σ f(x·W1)·W2")
        draw_two_layers(sheet, self.word("activation"), PLACES)
        sheet.matrix("wrong_order", "W2·W1", PLACES, PLACES, second @ first, "Σ W2·W1, a row by a column")

    def _activated(self, sheet: Sheet, name: str, values: ArrayLike) -> Explained:
        """f of the cells ``name``, with the chosen slope for leaky_relu."""
        activation, leak, cell = self.word("activation"), as_float32(self.number("leak")), sheet.worksheet.cell

        def forms(*at: int) -> tuple[Form, ...]:
            z = cell(name, *at)
            if activation != "leaky_relu":
                return activation_forms(activation, z)
            return (Form("z if z > 0 else slope·z", lambda n: n(z) if z.value > 0 else n(leak) * n(z)),)

        return Explained(np.asarray(values, dtype=np.float64), forms)

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The activation and its slope, the backward pass."""
        if self.word("activation") == "leaky_relu":
            return leaky_relu, leaky_relu_slope, operation_of(Dense(1)).backward, backward
        chosen = ELEMENTWISE[self.word("activation")]
        return chosen.function, chosen.slope, operation_of(Dense(1)).backward, backward

    def keras_program(self) -> KerasProgram:
        """The point with its slope, then the stack with the gradient's size at each layer."""
        function = f"f = keras.activations.{self.word('activation')}"
        if self.word("activation") == "leaky_relu":
            function = f"f = keras.layers.LeakyReLU(\n    negative_slope={self.number('leak')})"
        source = f"""\
import keras
import tensorflow as tf

{function}
z = tf.constant({self.number("z")})
with tf.GradientTape() as tape:
    tape.watch(z)
    value = f(z)
derivative = tape.gradient(value, z)

h, kept = tf.constant(X), []
with tf.GradientTape() as tape:
    for W, b in zip(kernels, biases):
        z = h @ W + b
        tape.watch(z)
        kept.append(z)
        h = f(z)
    loss = tf.reduce_mean((h @ V - y)**2)
grads = tape.gradient(loss, kept)
sizes = [tf.norm(g) for g in grads]
"""
        trace, names = self._stack(), self._hidden()
        assert trace.labels is not None
        given = {
            "X": trace.values["input"], "y": trace.labels, "V": trace.parameters[f"{self._last()}.kernel"],
            "kernels": np.stack([trace.parameters[f"{name}.kernel"] for name in names]),
            "biases": np.stack([trace.parameters[f"{name}.bias"] for name in names]),
        }  # fmt: skip
        return KerasProgram(
            source,
            {"value": "value", "derivative": "derivative", "gradient_sizes": "sizes"},
            {name: array.astype(np.float32) for name, array in given.items()},
        )

    def _at(self, z: Array) -> tuple[Array, Array]:
        """f(z) and f′(z), with the chosen slope for leaky_relu."""
        activation = self.word("activation")
        if activation == "leaky_relu":
            return leaky_relu(z, self.number("leak")), leaky_relu_slope(z, self.number("leak"))
        value = activate(activation, z)
        return value, ELEMENTWISE[activation].slope(z, np.asarray(value))

    def _stack(self) -> Trace:
        """A forward and a backward pass through the stack, in float64, cached until one of its controls changes."""
        if self._trace is None:
            width, activation = round(self.number("width")), self.word("activation")
            leaky = activation == "leaky_relu"
            hidden = Dense(
                width, "linear" if leaky else activation, self.word("initializer"), Constant(self.number("bias"))
            )
            layer: tuple[LayerSpec, ...] = (hidden, LeakyReLU(self.number("leak"))) if leaky else (hidden,)
            seed = round(self.number("seed"))
            spec = NetworkSpec(
                "the stack", (width,), (*layer * round(self.number("depth")), Dense(1, use_bias=False)),
                loss="mean_squared_error", seed=seed, dtype="float64",
            )  # fmt: skip
            parameters = views(spec, initial_theta(spec))
            for name, array in parameters.items():
                if name.endswith(".kernel"):
                    array *= self.number("scale")
            rng = drawing_generator(seed)
            inputs, labels = rng.standard_normal((ROWS, width)), rng.standard_normal((ROWS, 1))
            self._trace = record(spec, parameters, inputs, labels)
        return self._trace

    def _dense(self) -> tuple[str, ...]:
        return tuple(name for name, layer in self._stack().spec.named_layers if isinstance(layer, Dense))

    def _hidden(self) -> tuple[str, ...]:
        return self._dense()[:-1]

    def _last(self) -> str:
        return self._dense()[-1]

    def _alive(self) -> Array:
        """For each layer and unit the number of rows on which its slope is not 0."""
        values = self._stack().values
        return np.array([(self._at(values[f"{name}.z"])[1] != 0).sum(axis=0) for name in self._hidden()], np.float64)

    def _dead(self) -> Array:
        """For each layer the units whose slope is 0 on every row."""
        return (self._alive() == 0).sum(axis=1).astype(np.float64)


def _stack_curve(sizes: Array) -> Curve:
    """The gradient's size over the layers, as powers of ten; without points where it is 0."""
    points = [(i + 1.0, float(np.log10(size))) for i, size in enumerate(sizes) if size > 0]
    line = Series("gradient", tuple(x for x, _ in points), tuple(y for _, y in points))
    return Curve("stack_curve", "log₁₀ of the gradient's size", "layer", (line,))


def _state(slope: float) -> str:
    if slope == 0:
        return "stops"
    return "trickles" if abs(slope) < NEARLY_ZERO else "passes"
