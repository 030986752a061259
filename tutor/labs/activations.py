"""Activations: value and slope at a point; gradients through a deep stack; stacked linear layers that are one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import ELEMENTWISE, activate, as_float32, leaky_relu, leaky_relu_slope
from tutor.engine.derivations.activated import activation_forms, slope_forms
from tutor.engine.derivations.expressions import Expression, root, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.initializers import Constant
from tutor.engine.layers import Dense, LayerSpec, LeakyReLU
from tutor.engine.network import backward
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import initial_theta, views
from tutor.engine.randomness import drawing_generator
from tutor.engine.spec import NetworkSpec
from tutor.engine.trace import Trace, record
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import ChoiceControl, Control, MatrixControl, NumberControl, VectorControl
from tutor.labs.origins import why
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Arithmetic, Code, Curve, Matrix, Number, Readout, Series, Text, Vector
from tutor.training.keras_program import KerasProgram

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "linear", "elu", "softplus", "silu", "gelu")
INITIALIZERS = ("glorot_uniform", "he_uniform", "lecun_normal", "he_normal")
STACK = {"activation", "leak", "depth", "width", "scale", "initializer", "bias", "seed"}
PLACES, ROWS = ("1", "2"), 16
Z = np.linspace(-6.0, 6.0, 121)
NEARLY_ZERO = 0.01

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
            Group("Value and slope", ("curve",)),
            Group(f"Deep stack, {ROWS} rows", (
                "width", "initializer", "scale", "bias", "seed", "first_gradient", "last_gradient",
                "dead_units", "dead_share", "stack_curve",
            )),
            Group("Two layers", ("x", "W1", "W2", "two_layers", "product", "one_layer", "bent")),
            Group("Keras", ("keras",)),
        )  # fmt: skip

    def readout_names(self) -> tuple[str, ...]:
        """What stands in the groups, the gradients layer by layer, and what wrong answers come to."""
        return (
            "value", "derivative", "state", "chained", "value_arithmetic", "derivative_arithmetic", "curve",
            "first_gradient", "last_gradient", "gradient_sizes", "stack_curve", "dead", "dead_units", "dead_share",
            "two_layers", "product", "one_layer", "bent", "keras",
            "slope_of_z", "rest_to_one", "added", "value_chained", "elementwise", "wrong_order",
        )  # fmt: skip

    def overview(self) -> tuple[str, ...]:
        """All but the program, which has a screen of its own."""
        return tuple(name for group in self.groups()[:-1] for name in group.names)

    def counted(self) -> frozenset[str]:
        """Units that were counted, and what wrong answers come to."""
        return frozenset(
            {
                "dead", "dead_units", "dead_share", "slope_of_z", "rest_to_one", "added", "value_chained",
                "elementwise", "wrong_order",
            }
        )  # fmt: skip

    def changed(self, name: str) -> None:
        """The stack is run anew when something of it changed."""
        if name in STACK:
            self._trace = None

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine's activations, and the stack's with a recorded pass."""
        value, derivative = (float(each) for each in self._at(np.asarray(self.number("z"))))
        z, depth, activation = self.number("z"), round(self.number("depth")), self.word("activation")
        match name:
            case "value":
                return Number(name, "f(z)", value)
            case "derivative":
                return Number(name, "f′(z), the slope", derivative)
            case "state":
                return Text(name, "so the gradient", _state(derivative))
            case "chained":
                return Number(name, "f′(z) to the power of depth", derivative**depth, digits=10)
            case "value_arithmetic":
                return Arithmetic(name, "how f(z) comes about", why(self, "value"))
            case "derivative_arithmetic":
                return Arithmetic(name, "how f′(z) comes about", why(self, "derivative"))
            case "curve":
                ys = self._at(Z)
                lines = tuple(
                    Series(of, tuple(Z.tolist()), tuple(y.tolist())) for of, y in zip(("f", "f′"), ys, strict=True)
                )
                return Curve(name, activation, "z", lines, marker=(z, value))
            case "slope_of_z":
                return Number(name, "z·(1 − z)", z * (1 - z))
            case "rest_to_one":
                return Number(name, "1 − f(z)", 1 - value)
            case "added":
                return Number(name, "f′(z) times depth", derivative * depth)
            case "value_chained":
                return Number(name, "f(z) to the power of depth", value**depth)
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        return self._read_two_layers(name) if name in _TWO_LAYERS else self._read_stack(name)

    def _read_stack(self, name: str) -> Readout:
        sizes = self._gradient_sizes()
        dead = self._dead()
        layers = tuple(str(i + 1) for i in range(len(sizes)))
        match name:
            case "gradient_sizes":
                return Vector(name, "size of ∂loss/∂z", layers, tuple(sizes.tolist()), digits=8)
            case "first_gradient":
                return Number(name, "gradient at the first layer", float(sizes[0]), digits=9)
            case "last_gradient":
                return Number(name, "gradient at the last layer", float(sizes[-1]), digits=9)
            case "stack_curve":
                points = [(i + 1.0, float(np.log10(size))) for i, size in enumerate(sizes) if size > 0]
                line = Series("gradient", tuple(x for x, _ in points), tuple(y for _, y in points))
                return Curve(name, "log₁₀ of the gradient's size", "layer", (line,))
            case "dead":
                return Vector(name, "dead units", layers, tuple(dead.tolist()), digits=0)
            case "dead_units":
                return Number(name, "dead units", float(dead.sum()), digits=0)
            case "dead_share":
                share = 100 * dead.sum() / (self.number("depth") * self.number("width"))
                return Number(name, "dead, of all units", float(share), digits=1, unit="%")
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    def _read_two_layers(self, name: str) -> Readout:
        value = self._two_layers()[name]
        label = _TWO_LAYERS[name]
        if value.ndim == 2:
            return Matrix(name, label, PLACES, PLACES, tuple(tuple(row) for row in value.tolist()))
        return Vector(name, label, PLACES, tuple(value.tolist()))

    def worksheet(self) -> Worksheet:
        """The point, the two layers, and the whole recorded pass of the stack."""
        sheet = Worksheet(self._stack())
        for name in ("z", "leak", "depth", "x", "W1", "W2"):
            sheet.give(name, self.vector(name))
        cell, activation = sheet.cell, self.word("activation")
        value, derivative = self._at(np.asarray(self.number("z")))
        depth = round(self.number("depth"))
        slope = as_float32(self.number("leak"))
        above = self.number("z") > 0
        leaky = (
            Form("z if z > 0 else slope·z", lambda n: n(cell("z")) if above else n(slope) * n(cell("z"))),
            Form("1 if z > 0 else slope", lambda n: n(1 if n.read(cell("z")) > 0 else slope)),
        )

        def power(n: Writer) -> Expression:
            result = n(cell("derivative"))
            for _ in range(depth - 1):
                result = result * n(cell("derivative"))
            return result

        is_leaky = activation == "leaky_relu"
        sheet.put("value", value, lambda: leaky[0] if is_leaky else activation_forms(activation, cell("z")))
        sheet.put("derivative", derivative, lambda: (
            leaky[1] if is_leaky else slope_forms(activation, cell("z"), cell("value"))
        ))  # fmt: skip
        sheet.put("chained", derivative**depth, lambda: Form("f′·f′·…, once a layer", power))
        self._put_two_layers(sheet)
        self._put_gradient_sizes(sheet)
        return sheet

    def _put_two_layers(self, sheet: Worksheet) -> None:
        cell, worked = sheet.cell, self._two_layers()

        def put(name: str, formula: str, left: str, right: str) -> None:
            def written(*at: int) -> Form:
                return Form(formula, lambda n: total([
                    n(cell(left, *at[:-1], k)) * n(cell(right, k, at[-1])) for k in range(len(PLACES))
                ]))  # fmt: skip

            sheet.put(name, worked[name], written)

        put("hidden", "Σ x·W1", "x", "W1")
        put("two_layers", "Σ (x·W1)·W2", "hidden", "W2")
        put("product", "Σ W1·W2, a row by a column", "W1", "W2")
        put("one_layer", "Σ x·(W1·W2)", "x", "product")
        sheet.give("activated", worked["activated"])
        if self.word("activation") != "leaky_relu":
            sheet.put("activated", worked["activated"], lambda i: activation_forms(
                self.word("activation"), cell("hidden", i)
            ))  # fmt: skip
        else:
            slope = as_float32(self.number("leak"))
            sheet.put("activated", worked["activated"], lambda i: Form(
                "z if z > 0 else slope·z",
                lambda n: n(cell("hidden", i)) if cell("hidden", i).value > 0 else n(slope) * n(cell("hidden", i)),
            ))  # fmt: skip
        put("bent", "Σ f(x·W1)·W2", "activated", "W2")

    def _put_gradient_sizes(self, sheet: Worksheet) -> None:
        """‖∂z‖ from a sum of squares for each unit, and that from the cells of the pass."""
        names = self._hidden()
        squares = np.stack([np.square(sheet.array(f"grad:{name}.z")).sum(axis=0) for name in names])

        def of_unit(layer: int, unit: int) -> Form:
            cells = [sheet.cell(f"grad:{names[layer]}.z", row, unit) for row in range(ROWS)]
            return Form("Σ ∂z·∂z over the rows", lambda n: total([n(each) * n(each) for each in cells]))

        sheet.put("unit_squares", squares, of_unit)
        sheet.put("gradient_sizes", self._gradient_sizes(), lambda layer: Form(
            "√(Σ over the units)", lambda n: root(total(n.each(sheet.cells("unit_squares", layer))))
        ))  # fmt: skip

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The first and the last of the gradients."""
        if name in ("first_gradient", "last_gradient"):
            return "gradient_sizes", (0 if name == "first_gradient" else round(self.number("depth")) - 1,)
        return name, index

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
        """f(z) and f′(z), leaky_relu with the slope that was chosen."""
        activation = self.word("activation")
        if activation == "leaky_relu":
            return leaky_relu(z, self.number("leak")), leaky_relu_slope(z, self.number("leak"))
        value = activate(activation, z)
        return value, ELEMENTWISE[activation].slope(z, np.asarray(value))

    def _two_layers(self) -> dict[str, Array]:
        x, first, second = self.vector("x"), self.vector("W1"), self.vector("W2")
        hidden = x @ first
        activated, _ = self._at(hidden)
        return {
            "hidden": hidden, "two_layers": hidden @ second, "product": first @ second,
            "one_layer": x @ (first @ second), "activated": activated, "bent": activated @ second,
            "elementwise": first * second, "wrong_order": second @ first,
        }  # fmt: skip

    def _stack(self) -> Trace:
        """A pass forwards and backwards through the stack, in float64, kept until a control of it changes."""
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

    def _gradient_sizes(self) -> Array:
        """‖∂loss/∂z‖ over all rows and units, for each layer."""
        gradients = self._stack().gradients
        return np.array([np.linalg.norm(gradients[f"{name}.z"]) for name in self._hidden()])

    def _dead(self) -> Array:
        """For each layer the units whose slope is 0 on every row."""
        values = self._stack().values
        slopes = [self._at(values[f"{name}.z"])[1] for name in self._hidden()]
        return np.array([(slope == 0).all(axis=0).sum() for slope in slopes], dtype=np.float64)


_TWO_LAYERS = {
    "two_layers": "(x·W1)·W2, two layers",
    "product": "W1·W2",
    "one_layer": "x·(W1·W2), one layer",
    "bent": "f(x·W1)·W2, f between",
    "elementwise": "W1 times W2, place by place",
    "wrong_order": "W2·W1",
}


def _state(slope: float) -> str:
    if slope == 0:
        return "stops"
    return "trickles" if abs(slope) < NEARLY_ZERO else "passes"
