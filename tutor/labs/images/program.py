"""A network for digits or letters in Keras, applied to the picture on the canvas."""

from __future__ import annotations

from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.parameters import Parameters, layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.images.origins import Canvas
from tutor.training.keras_program import KerasProgram


def image_program(spec: NetworkSpec, parameters: Parameters, canvas: Canvas, scale: float) -> KerasProgram:
    """The network with its current weights, applied to the picture on the canvas."""
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
    """A layer in Keras code, on lines of at most 42 characters."""
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
