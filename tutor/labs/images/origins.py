"""Where the answer to the picture on the canvas comes from, and the same network in Keras."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import activate
from tutor.engine.convolution import conv2d
from tutor.engine.derivations.expressions import total
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.trace import Trace, record
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.network import output_name
from tutor.engine.parameters import Parameters, layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Picture, Tile
from tutor.training.keras_program import KerasProgram

Canvas = NDArray[np.float64]


def as_row(spec: NetworkSpec, canvas: Canvas, scale: float) -> NDArray[Any]:
    """The canvas (side, side), from 0 to 1, as the network takes it; ``scale`` is that of bytes."""
    return (canvas * (255 * scale)).astype(spec.dtype).reshape(1, *spec.input_shape)


def passed_canvas(spec: NetworkSpec, parameters: Parameters, canvas: Canvas, scale: float) -> Trace:
    """A pass of the picture on the canvas, as row 0."""
    return record(spec, parameters, as_row(spec, canvas, scale))


def put_answer(sheet: Worksheet, spec: NetworkSpec, unit: int) -> None:
    """The sum of the confidences; for a first Dense layer what each pixel adds to the sum of ``unit``."""
    answer = output_name(spec)
    together = Form("Σ p", lambda n: total(n.each(sheet.cells(answer, 0))))
    sheet.put("confidence_sum", sheet.array(answer)[0].sum(dtype=np.float64), lambda: together)
    name, layer = spec.named_layers[0]
    if isinstance(layer, Dense):
        weights = sheet.array(f"{name}.kernel")[:, unit]
        sheet.put(
            "unit_sees",
            sheet.array("input")[0].astype(np.float64) * weights,
            lambda i: Form(
                "pixel·weight", lambda n: n(sheet.cell("input", 0, i)) * n(sheet.cell(f"{name}.kernel", i, unit))
            ),
        )


def first_unit(spec: NetworkSpec, wanted: int) -> int:
    """The unit, or filter, of the first layer that is nearest to the one wanted."""
    layer = spec.layers[0]
    units = layer.units if isinstance(layer, Dense) else layer.filters if isinstance(layer, Conv2D) else 1
    return min(wanted, units - 1)


def unit_pictures(
    spec: NetworkSpec, parameters: Parameters, canvas: Canvas, scale: float, unit: int, name: str
) -> Picture:
    """``unit_weights``: the weights of a unit of the first layer as a picture.

    ``unit_sees``: of a filter the map that it makes of the canvas, of a Dense unit what each pixel adds to its sum.
    """
    layer_name, layer = spec.named_layers[0]
    kernel = parameters[f"{layer_name}.kernel"]
    row = as_row(spec, canvas, scale)
    if isinstance(layer, Conv2D):
        weights, what = kernel[:, :, 0, unit], f"filter {unit}"
        if name == "unit_sees":
            one = slice(unit, unit + 1)
            bias = parameters[f"{layer_name}.bias"][one]
            made = conv2d(row, kernel[..., one], bias, layer.strides, layer.padding)
            shown = activate(layer.activation, made)[0, :, :, 0]
            return _picture(name, f"what {what} makes of it", shown, signed=bool((shown < 0).any()))
    else:
        weights, what = kernel[:, unit].reshape(canvas.shape), f"unit {unit}"
        if name == "unit_sees":
            return _picture(
                name, f"what each pixel adds in {what}", row.reshape(canvas.shape).astype(np.float64) * weights
            )
    return _picture(name, f"weights of {what}", weights)


def _picture(name: str, label: str, values: NDArray[Any], signed: bool = True) -> Picture:
    reach = float(np.abs(values).max()) or 1.0
    rows = tuple(map(tuple, values.tolist()))
    return Picture(name, label, (Tile(label, rows),), -reach if signed else 0.0, reach, signed)


def picture_cell(spec: NetworkSpec, name: str, index: Index, unit: int) -> tuple[str, Index]:
    """The cell of the pass that a pixel of ``unit_weights`` or ``unit_sees`` stands for."""
    layer_name, layer = spec.named_layers[0]
    row, column = index
    if isinstance(layer, Conv2D):
        if name == "unit_weights":
            return f"{layer_name}.kernel", (row, column, 0, unit)
        return f"{layer_name}.out", (0, row, column, unit)
    pixel = row * math.isqrt(spec.input_shape[0]) + column
    return (f"{layer_name}.kernel", (pixel, unit)) if name == "unit_weights" else ("unit_sees", (pixel,))


def image_program(spec: NetworkSpec, parameters: Parameters, canvas: Canvas, scale: float) -> KerasProgram:
    """The network with its present weights, asked about the picture on the canvas."""
    given = {f"w{i}": parameters[place.name] for i, place in enumerate(layout(spec))}
    given["picture"] = canvas * (255 * scale)
    names = [name for name in given if name != "picture"]
    weights = ",\n".join(f"    {', '.join(names[i : i + 6])}" for i in range(0, len(names), 6))
    layers = "\n".join(f"    {_call(layer)}," for layer in spec.layers)
    source = f"""\
import keras
import numpy as np
from keras import layers

net = keras.Sequential([
    keras.Input({_shape(spec.input_shape)}),
{layers}
])
# w0, w1, … are the lab's own weights.
net.set_weights([
{weights}])
# picture is the one on the canvas.
x = np.reshape(
    picture, {_shape((1, *spec.input_shape))})
p = net(x)
total = net.count_params()
"""
    return KerasProgram(source, {"confidences": "p", "parameters": "total"}, given)


def _shape(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _call(layer: LayerSpec) -> str:
    """A layer as it is written in Keras, on lines of at most 42 characters."""
    same = ', padding="same"'
    match layer:
        case Conv2D():
            options = f', activation="{layer.activation}"' if layer.activation != "linear" else ""
            options += same if layer.padding == "same" else ""
            return f"layers.Conv2D(\n        {layer.filters}, {layer.kernel_size[0]}{options})"
        case Dense():
            return f'layers.Dense({layer.units}, "{layer.activation}")'
        case MaxPooling2D():
            return "layers.MaxPooling2D(" + ('padding="same")' if layer.padding == "same" else ")")
        case Dropout():
            return f"layers.Dropout({layer.rate:g})"
        case LeakyReLU():
            return f"layers.LeakyReLU({layer.negative_slope:g})"
        case Flatten():
            return "layers.Flatten()"
    raise AssertionError(f"no digit or letter network has a {type(layer).__name__}")
