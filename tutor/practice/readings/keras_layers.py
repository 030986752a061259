"""The layers of a model in plain values, each way to write a network turned into one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from tutor.engine.activations import LEAKY_RELU_SLOPE
from tutor.engine.initializers import initializer_to_plain
from tutor.engine.layers import Activation, Conv2D, Dense, Dropout, Flatten, LayerSpec, LeakyReLU, MaxPooling2D, Reshape
from tutor.engine.operations.contract import Shape
from tutor.engine.operations.table import operation_of
from tutor.exchange.keras_config import shape_behind
from tutor.language.catalogue import _


def layers_described(shape: Shape, layers: Sequence[LayerSpec], dtype: str, notes: list[str]) -> dict[str, Any]:
    """The shape of the input, the layers, how many numbers they have. Raises ``ShapeError``."""
    alike, given = same_network(layers, shape), shape
    if alike and alike[0] == Flatten():
        # A picture that is written out as a row first: a row comes in.
        alike, given = alike[1:], (math.prod(shape),)
    count = 0
    for layer in layers:
        taken = shape[-1:] if isinstance(layer, Dense) else shape
        count += sum(math.prod(part.shape) for part in operation_of(layer).parameters(layer, taken))
        shape = shape_behind(layer, shape)
    if dtype != "float32":
        notes.append(_("it computes in {dtype}").format(dtype=dtype))
    return {"input_shape": list(given), "layers": [_layer(layer) for layer in alike], "parameters": count}


def same_network(layers: Sequence[LayerSpec], shape: Shape) -> list[LayerSpec]:
    """The same network, each way to write it in one: the activations as early as they can stand, and in their layer."""
    found: list[LayerSpec] = []
    for layer in layers:
        last = isinstance(layer, Flatten) or (isinstance(layer, Reshape) and len(layer.target_shape) == 1)
        flat = last and len(shape) == 1
        shape = shape_behind(layer, shape)
        if not flat:
            for each in _split(Flatten() if last else layer):
                _put(found, each)
    return found


def _split(layer: LayerSpec) -> list[LayerSpec]:
    """Leaky ReLU by its name is the layer with the slope that the name has."""
    if not isinstance(layer, Dense | Conv2D | Activation) or layer.activation != "leaky_relu":
        return [layer]
    leaky = LeakyReLU(LEAKY_RELU_SLOPE)
    return [leaky] if isinstance(layer, Activation) else [replace(layer, activation="linear"), leaky]


def _put(found: list[LayerSpec], layer: LayerSpec) -> None:
    if isinstance(layer, Activation) and layer.activation == "linear":
        return
    at = len(found)
    # A ReLU keeps the order of numbers and scales with them: it may as well come before the largest is taken, before
    # some are dropped. What acts on each number alone may come before a change of the layout.
    relu = isinstance(layer, LeakyReLU) or layer == Activation("relu")
    over = (MaxPooling2D, Dropout, Flatten) if relu else (Flatten,) if isinstance(layer, Dropout) else ()
    while at and over and isinstance(found[at - 1], over):
        at -= 1
    before = found[at - 1] if at else None
    if isinstance(layer, Activation) and isinstance(before, Dense | Conv2D) and before.activation == "linear":
        found[at - 1] = replace(before, activation=layer.activation)
    else:
        found.insert(at, layer)


def _layer(layer: LayerSpec) -> dict[str, Any]:
    plain = {field.name: getattr(layer, field.name) for field in fields(layer)}
    for name in plain:
        if name.endswith("_initializer"):
            plain[name] = initializer_to_plain(plain[name])
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}
    return {"kind": type(layer).__name__, **listed}
