"""A network of one's own as a Keras program: every layer by its Keras name, its shapes, its parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, reduce
from operator import mul
from typing import Any

import numpy as np

from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, MaxPooling2D
from tutor.engine.network import forward, output_name
from tutor.engine.operations.table import operation_of
from tutor.engine.padding import Padding
from tutor.engine.parameters import Array, Parameters, count, initial_theta, layout, views
from tutor.engine.spec import NetworkSpec
from tutor.engine.trace import record
from tutor.engine.updates import update
from tutor.engine.worksheet import Worksheet
from tutor.labs.contract import Group, Lab
from tutor.labs.controls import ChoiceControl, Control, NumberControl
from tutor.labs.places import Index, LookupFailed
from tutor.labs.readouts import Code, Number, Readout, Table, Text, Vector
from tutor.training.keras_program import KerasProgram

LOSSES = {"one-hot": "categorical_crossentropy", "class numbers": "sparse_categorical_crossentropy"}
FILTER_WEIGHTS = ("kernel", "kernel", "channels", "filters")
OPTIMIZERS = ("SGD", "RMSprop", "Adam")


class KerasProgramLab(Lab):
    """Pictures into classes: an optional convolution, Flatten, two Dense layers, dropout, softmax."""

    id = "keras-program"
    title = "Your network in Keras"

    def controls(self) -> tuple[Control, ...]:
        """The picture, the layers, how it is trained."""
        return (
            NumberControl("height", "height", 8, 64, 1, 32, integer=True, help="rows of a picture"),
            NumberControl("width", "width", 8, 64, 1, 32, integer=True, help="columns of a picture"),
            NumberControl("channels", "channels", 1, 3, 1, 3, integer=True, choices=(1, 3), help="1 grey, 3 colour"),
            NumberControl("filters", "Conv2D filters", 0, 32, 1, 0, integer=True, help="0 leaves the layer out"),
            NumberControl("kernel", "kernel size", 1, 5, 1, 3, integer=True, help="of the Conv2D layer, square"),
            ChoiceControl("padding", "padding", ("valid", "same"), "valid", "of the Conv2D layer"),
            NumberControl("first_units", "first Dense", 1, 512, 1, 100, integer=True, help="units, with ReLU"),
            NumberControl("second_units", "second Dense", 0, 512, 1, 60, integer=True, help="0 leaves the layer out"),
            NumberControl("dropout", "dropout", 0, 0.9, 0.05, 0.0, help="0 leaves the layer out"),
            NumberControl("classes", "classes", 2, 100, 1, 10, integer=True, help="outputs of the softmax"),
            ChoiceControl("labels", "labels", tuple(LOSSES), "one-hot", "how a row's class is written"),
            ChoiceControl("optimizer", "optimizer", OPTIMIZERS, "SGD", "by its Keras name"),
            NumberControl("rows", "training rows", 1, 60_000, 1, 1000, integer=True, help="examples in the data"),
            NumberControl("batch_size", "batch_size", 1, 1000, 1, 32, integer=True, help="rows of one update"),
            NumberControl("epochs", "epochs", 1, 100, 1, 3, integer=True, help="times through all rows"),
        )

    def groups(self) -> tuple[Group, ...]:
        """What can be set, what follows, the programs."""
        return (
            Group("Pictures", ("height", "width", "channels", "flat")),
            Group("Layers", ("filters", "kernel", "padding", "first_units", "second_units", "dropout", "classes")),
            Group("summary()", ("summary", "parameters")),
            Group(
                "compile and fit", ("labels", "loss", "optimizer", "rows", "batch_size", "epochs", "steps", "updates")
            ),
            Group("predict", ("answer", "predicted")),
            Group("The program", ("program",)),
            Group("Keras", ("keras",)),
        )

    def overview(self) -> tuple[str, ...]:
        """All but the two programs, which have steps and a screen of their own."""
        return tuple(name for group in self.groups()[:-2] for name in group.names)

    def readout_names(self) -> tuple[str, ...]:
        """Sizes, the summary, the numbers of the training, the answer, the programs; wrong counts."""
        return (
            "flat", "summary", "layer_parameters", "parameters", "steps", "updates", "loss", "answer", "predicted",
            "program", "keras", "pixels", "first_weights", "filter_weights", "whole_batches",
        )  # fmt: skip

    def read(self, name: str) -> Readout:
        """Compute one readout with the engine."""
        spec = self._spec()
        match name:
            case "flat":
                return Number(name, "numbers after Flatten", self._flat(), digits=0)
            case "pixels":
                return Number(name, "height · width", self.number("height") * self.number("width"), digits=0)
            case "summary":
                return Table(name, "layer by layer", ("layer", "output shape", "parameters"), self._summary(), digits=0)
            case "layer_parameters":
                held = [(str(layer), float(n)) for layer, _, n in self._summary() if n]
                return Vector(
                    name, "parameters by layer", tuple(k for k, _ in held), tuple(n for _, n in held), digits=0
                )
            case "parameters":
                return Number(name, "parameters in all", count(spec), digits=0)
            case "first_weights":
                return Number(name, "first Dense, without biases", self._flat() * self.number("first_units"), digits=0)
            case "filter_weights":
                weights = math.prod(self.number(n) for n in FILTER_WEIGHTS)
                return Number(name, "Conv2D, without biases", weights, digits=0)
            case "steps":
                return Number(name, "steps an epoch", math.ceil(self._batches()), digits=0)
            case "whole_batches":
                return Number(name, "whole batches an epoch", math.floor(self._batches()), digits=0)
            case "updates":
                return Number(name, "updates in all", math.ceil(self._batches()) * self.number("epochs"), digits=0)
            case "loss":
                return Text(name, "loss", LOSSES[self.word("labels")])
            case "answer":
                answer = _answer(spec)
                return Vector(name, "p of a white picture", tuple(map(str, range(len(answer)))), answer)
            case "predicted":
                return Number(name, "numbers from predict(x)", self.number("rows") * self.number("classes"), digits=0)
            case "program":
                return Code(name, "the whole program", self._program())
            case "keras":
                return Code(name, "the same in Keras", self.keras_program().source)
        raise LookupFailed(f"there is no readout {name!r}; there are {', '.join(self.readout_names())}")

    # Where the numbers come from

    def counted(self) -> frozenset[str]:
        """How many batches there are."""
        return frozenset({"steps", "whole_batches"})

    def worksheet(self) -> Worksheet:
        """The pass of a white picture, and the counts."""
        spec, steps = self._spec(), math.ceil(self._batches())
        sheet = self.sheet_of_controls(record(spec, _parameters(spec), _white(spec)))
        sheet.give("before_flatten", self._before_flatten())
        sheet.put("flat", self._flat(), lambda: Form("height·width·channels", _product(sheet, "before_flatten")))
        for name, formula, factors in (
            ("pixels", "height·width", ("height", "width")),
            ("first_weights", "in·units", ("flat", "first_units")),
            ("filter_weights", "kernel·kernel·channels·filters", FILTER_WEIGHTS),
            ("predicted", "rows·classes", ("rows", "classes")),
        ):
            sheet.put(name, self.lookup(name), _form(formula, _product(sheet, *factors)))
        sheet.put(
            "updates",
            self.lookup("updates"),
            lambda: Form("steps·epochs", lambda n: n(steps) * n(sheet.cell("epochs"))),
        )
        inputs, units = zip(*(_inputs_and_units(spec, i) for i in range(len(spec.layers))), strict=True)
        sheet.give("inputs_of_a_unit", inputs)
        sheet.give("units", units)
        sheet.put(
            "layers",
            [i * u + u for i, u in zip(inputs, units, strict=True)],
            lambda i: Form("in·units + units", _with_biases(sheet, i)),
        )
        sheet.put(
            "parameters", count(spec), lambda: Form("Σ over the layers", lambda n: total(n.each(sheet.cells("layers"))))
        )
        return sheet

    def cell_of(self, name: str, index: Index) -> tuple[str, Index]:
        """The answer is the pass of a white picture; summary and vector are counts of layers."""
        if name == "answer":
            return output_name(self._spec()), (0, *index)
        if name == "summary":
            return "layers", index[:1]
        if name == "layer_parameters":
            held = [i for i, row in enumerate(self._summary()) if row[2]]
            return "layers", (held[index[0]],)
        return name, index

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """A pass forward, the layers in it, the count, the update."""
        return (forward, operation_of(Conv2D(1, (1, 1))).forward, operation_of(Dense(1)).forward, count, update)

    def keras_program(self) -> KerasProgram:
        """The network with the weights of the lab, asked about a white picture."""
        spec = self._spec()
        parameters = _parameters(spec)
        given = {f"w{i}": parameters[place.name] for i, place in enumerate(layout(spec))}
        names = list(given)
        lines = [f"    {', '.join(names[i : i + 6])}" for i in range(0, len(names), 6)]
        source = f"""\
import keras
import numpy as np

{self._model_lines()}
# w0, w1, … are the lab's own weights.
net.set_weights([
{("," + chr(10)).join(lines)}])
p = net.predict(
    np.ones({(1, *spec.input_shape)}))
total = net.count_params()
"""
        return KerasProgram(source, {"answer": "p", "parameters": "total"}, given)

    def _program(self) -> str:
        """The whole program, which runs by itself on pictures of noise."""
        height, width, channels = (int(self.number(n)) for n in ("height", "width", "channels"))
        rows, classes = int(self.number("rows")), int(self.number("classes"))
        one_hot = self.word("labels") == "one-hot"
        to_one_hot = f"y = keras.utils.to_categorical(\n    y, {classes})\n" if one_hot else ""
        return f"""\
import keras
import numpy as np

{self._model_lines()}
net.summary()
net.compile(
    optimizer="{self.word("optimizer").lower()}",
    loss=(
        "{LOSSES[self.word("labels")]}"),
    metrics=["accuracy"])

# Noise, until you put your pictures here.
rng = np.random.default_rng(0)
x = rng.random(({rows},
    {height}, {width}, {channels}))
y = rng.integers({classes}, size={rows})
{to_one_hot}
net.fit(x, y,
    batch_size={int(self.number("batch_size"))},
    epochs={int(self.number("epochs"))})
print(net.evaluate(x, y))
print(net.predict(x[:1]))
"""

    def _model_lines(self) -> str:
        spec = self._spec()
        layers = "\n".join(f"    keras.layers.{_call(layer)}," for layer in spec.layers)
        return f"net = keras.Sequential([\n    keras.Input({spec.input_shape}),\n{layers}\n])"

    # What is computed

    def _spec(self) -> NetworkSpec:
        size = int(self.number("kernel"))
        layers: list[LayerSpec] = []
        if self.number("filters"):
            padding: Padding = "same" if self.word("padding") == "same" else "valid"
            layers += [Conv2D(int(self.number("filters")), (size, size), (1, 1), padding, "relu"), MaxPooling2D()]
        layers.append(Flatten())
        for units in (int(self.number("first_units")), int(self.number("second_units"))):
            if units:
                layers.append(Dense(units, "relu"))
        if self.number("dropout"):
            layers.append(Dropout(self.number("dropout")))
        shape = tuple(int(self.number(n)) for n in ("height", "width", "channels"))
        return NetworkSpec("yours", shape, (*layers, Dense(int(self.number("classes")), "softmax")))

    def _summary(self) -> tuple[tuple[str | float, ...], ...]:
        spec = self._spec()
        counted = [_inputs_and_units(spec, i) for i in range(len(spec.layers))]
        return tuple(
            (name, f"(None, {', '.join(map(str, shape))})", float(inputs * units + units))
            for (name, _), shape, (inputs, units) in zip(spec.named_layers, spec.shapes[1:], counted, strict=True)
        )

    def _before_flatten(self) -> list[float]:
        spec = self._spec()
        position = next(i for i, layer in enumerate(spec.layers) if isinstance(layer, Flatten))
        return [float(side) for side in spec.shapes[position]]

    def _flat(self) -> float:
        return math.prod(self._before_flatten())

    def _batches(self) -> float:
        return self.number("rows") / self.number("batch_size")


def _inputs_and_units(spec: NetworkSpec, position: int) -> tuple[int, int]:
    """The inputs that a unit of a layer weighs, and its units; (0, 0) for a layer with nothing to learn."""
    layer, shape = spec.layers[position], spec.shapes[position]
    if isinstance(layer, Dense):
        return shape[0], layer.units
    return (math.prod(layer.kernel_size) * shape[2], layer.filters) if isinstance(layer, Conv2D) else (0, 0)


def _call(layer: LayerSpec) -> str:
    """A layer as it is written in Keras, on lines of at most 42 characters."""
    match layer:
        case Conv2D():
            padding = ', padding="same"' if layer.padding == "same" else ""
            return f'Conv2D(\n        {layer.filters}, {layer.kernel_size[0]}, activation="relu"{padding})'
        case Dense():
            return f'Dense(\n        {layer.units}, activation="{layer.activation}")'
        case Dropout():
            return f"Dropout({layer.rate:g})"
    return f"{type(layer).__name__}()"


def _product(sheet: Worksheet, *names: str) -> Callable[[Writer], Expression]:
    def numbers(n: Writer) -> Expression:
        factors = [n(cell) for name in names for cell in sheet.cells(name)]
        return reduce(mul, factors)

    return numbers


def _form(formula: str, numbers: Callable[[Writer], Expression]) -> Callable[[], Form]:
    return lambda: Form(formula, numbers)


def _with_biases(sheet: Worksheet, layer: int) -> Callable[[Writer], Expression]:
    inputs, units = sheet.cell("inputs_of_a_unit", layer), sheet.cell("units", layer)
    return lambda n: n(inputs) * n(units) + n(units)


def _parameters(spec: NetworkSpec) -> Parameters:
    return views(spec, initial_theta(spec))


@lru_cache(maxsize=16)
def _answer(spec: NetworkSpec) -> tuple[float, ...]:
    return tuple(forward(spec, _parameters(spec), _white(spec))[output_name(spec)][0].tolist())


def _white(spec: NetworkSpec) -> Array:
    return np.ones((1, *spec.input_shape), spec.dtype)
