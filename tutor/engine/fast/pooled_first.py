"""The fastest order of a network's layers: maximum pooling before the ReLU that precedes it.

ReLU and leaky ReLU preserve the order of numbers, so the maximum of a window is the same before and after, and so is
its gradient: a window that ReLU sets to 0 everywhere passes none in either order. The activation then processes a
quarter of the numbers. The layers keep their names; ``network`` runs them in the order of the specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tutor.engine.layers import Activation, Conv2D, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.operations.contract import Shape
from tutor.engine.sequence_layers import Add
from tutor.engine.spec import NetworkSpec


class ShapedLayer(NamedTuple):
    """A layer, its name, and its input and output shape without the batch."""

    name: str
    layer: LayerSpec
    shape: Shape
    out: Shape


def as_specified(spec: NetworkSpec) -> tuple[ShapedLayer, ...]:
    """The layers in the specification's order."""
    shapes = zip(spec.shapes, spec.shapes[1:], strict=False)
    return tuple(ShapedLayer(*named, *pair) for named, pair in zip(spec.named_layers, shapes, strict=True))


def pooled_first(spec: NetworkSpec) -> tuple[ShapedLayer, ...]:
    """The layers, with each ReLU or leaky ReLU directly before a maximum pooling moved after it.

    A network with an ``Add`` keeps its order: it counts layers back to the output that it reads.
    """
    if any(isinstance(layer, Add) for layer in spec.layers):
        return as_specified(spec)
    order: list[ShapedLayer] = []
    for part in (part for whole in as_specified(spec) for part in _split(whole)):
        if order and isinstance(part.layer, MaxPooling2D) and _keeps_order(order[-1].layer):
            activation = order.pop()
            order += [part, activation._replace(shape=part.out, out=part.out)]
        else:
            order.append(part)
    return tuple(order)


def _split(whole: ShapedLayer) -> Iterator[ShapedLayer]:
    """Split a convolution with ReLU into the convolution and the ReLU."""
    if isinstance(whole.layer, Conv2D) and whole.layer.activation == "relu":
        yield whole._replace(layer=replace(whole.layer, activation="linear"))
        yield ShapedLayer(whole.name, Activation("relu"), whole.out, whole.out)
    else:
        yield whole


def _keeps_order(layer: LayerSpec) -> bool:
    # A slope of 0 creates ties, but only among numbers that pass no gradient; a negative slope reverses the order.
    return layer == Activation("relu") or (isinstance(layer, LeakyReLU) and layer.negative_slope >= 0)
