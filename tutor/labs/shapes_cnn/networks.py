"""The CNN on the shapes, also in Keras, and the arithmetic of the MLP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, SIDE
from tutor.engine.derivations.cells import Cells
from tutor.engine.derivations.forms import Form
from tutor.engine.derivations.rules.activated import activation_forms, softmax_forms
from tutor.engine.layers import Conv2D, Dense, Flatten, GlobalAveragePooling2D, LayerSpec, MaxPooling2D, Reshape
from tutor.engine.network import Pass, forward
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.training.keras_program import KerasProgram
from tutor.training.models import shapes_cnn

# The layers between the maps and the last layer, which differ in how much position they keep.
HEADS: dict[str, tuple[LayerSpec, ...]] = {
    "flatten": (Flatten(),),
    "pool": (MaxPooling2D(padding="same"), Flatten()),
    "global max": (MaxPooling2D((SIDE, SIDE)), Flatten()),
    "global average": (GlobalAveragePooling2D(),),
}
_IN_KERAS = {
    "flatten": "    layers.Flatten(),",
    "pool": '    layers.MaxPooling2D(padding="same"),\n    layers.Flatten(),',
    "global max": "    layers.GlobalMaxPooling2D(),",
    "global average": "    layers.GlobalAveragePooling2D(),",
}


def cnn_spec(seed: int, learning_rate: float, filters: int, head: str) -> NetworkSpec:
    """A convolution with ``filters`` filters of 3×3, one of ``HEADS``, and a unit for each shape."""
    convolution = Conv2D(filters, (3, 3), padding="same", activation="relu")
    layers = (Reshape((SIDE, SIDE, 1)), convolution, *HEADS[head], Dense(len(NAMES), "softmax"))
    return replace(shapes_cnn(seed, learning_rate), layers=layers)


def cnn_program(parameters: Parameters, filters: int, head: str, drawing: NDArray[np.float64]) -> KerasProgram:
    """The CNN with these weights, applied to the drawing (5, 5)."""
    pixels = "\n".join("    " + ", ".join(f"{p:g}" for p in row) + "," for row in drawing.tolist())
    source = f"""\
from keras import Sequential, layers
import numpy as np
net = Sequential([
    layers.Reshape((5, 5, 1)),
    layers.Conv2D({filters}, 3, padding="same",
                  activation="relu"),
{_IN_KERAS[head]}
    layers.Dense(5, "softmax")])
net.build((None, 25))
# k1, b1, … are the lab's own weights.
net.set_weights([k1, b1, k2, b2])
x = np.array([[
{pixels}
]], float)
confidences = net(x)
"""
    names = {"k1": "conv2d.kernel", "b1": "conv2d.bias", "k2": "dense.kernel", "b2": "dense.bias"}
    given = {short: parameters[name] for short, name in names.items()}
    return KerasProgram(source, {"cnn": "confidences"}, given)


def fill_mlp(sheet: Sheet, spec: NetworkSpec, parameters: Callable[[], Parameters], row: NDArray[np.float64]) -> None:
    """Name the pass of a ``row`` (1, 25): its pixels ``input``, its Dense layers by their names after ``mlp.``."""
    passed = cache(lambda: forward(spec, parameters(), row))
    pixels = sheet["drawing"].viewed(row.shape, lambda at: divmod(at[1], SIDE))
    x = sheet.let("input", pixels.computed(lambda: passed()["input"]), "pixel")
    for name, layer in spec.named_layers:
        if isinstance(layer, Dense):
            x = _fill_dense(sheet, name, layer.activation, x, parameters, passed)


def _fill_dense(
    sheet: Sheet,
    layer: str,
    activation: str,
    x: Cells,
    parameters: Callable[[], Parameters],
    passed: Callable[[], Pass],
) -> Cells:
    """A Dense layer on ``x`` (1, inputs); returns its output (1, units)."""
    kernel, bias, z, out = (f"{layer}.{part}" for part in ("kernel", "bias", "z", "out"))
    w = sheet.give(f"mlp.{kernel}", lambda: parameters()[kernel])
    b = sheet.give(f"mlp.{bias}", lambda: parameters()[bias])
    sheet.let(f"mlp.{z}", (x @ w + b).computed(lambda: passed()[z]), "Σᵢ xᵢ·wᵢ + b")
    cell, cells = sheet.worksheet.cell, sheet.worksheet.cells

    def forms(row: int, unit: int) -> tuple[Form, ...]:
        own = cell(f"mlp.{z}", row, unit)
        return (
            softmax_forms(own, cells(f"mlp.{z}", row)) if activation == "softmax" else activation_forms(activation, own)
        )

    return sheet.let(f"mlp.{out}", Explained(lambda: passed()[out], forms))
