"""The order in which the layers of a network are fastest: pooling before the ReLU that stands in front of it.

ReLU and leaky ReLU keep the order of numbers, so the largest of a window is the same before and after, and so is its
gradient: of a window that ReLU sets to 0 throughout, none passes either way. The activation then has a quarter of the
numbers to go over. Layers that the network names keep their names; ``network`` takes them in the order of the
specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tutor.engine.layers import Activation, Conv2D, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.operations.contract import Shape
from tutor.engine.spec import NetworkSpec


class Placed(NamedTuple):
    """A layer, its name, and the shapes without the batch that it takes and gives."""

    name: str
    layer: LayerSpec
    shape: Shape
    out: Shape


def as_specified(spec: NetworkSpec) -> tuple[Placed, ...]:
    """The layers in the specification's order."""
    shapes = zip(spec.shapes, spec.shapes[1:], strict=False)
    return tuple(Placed(*named, *pair) for named, pair in zip(spec.named_layers, shapes, strict=True))


def pooled_first(spec: NetworkSpec) -> tuple[Placed, ...]:
    """The layers with each ReLU or leaky ReLU directly before a maximum pooling moved behind it."""
    order: list[Placed] = []
    for part in (part for whole in as_specified(spec) for part in _split(whole)):
        if order and isinstance(part.layer, MaxPooling2D) and _keeps_order(order[-1].layer):
            activation = order.pop()
            order += [part, activation._replace(shape=part.out, out=part.out)]
        else:
            order.append(part)
    return tuple(order)


def _split(whole: Placed) -> Iterator[Placed]:
    """A convolution with ReLU as the convolution and the ReLU."""
    if isinstance(whole.layer, Conv2D) and whole.layer.activation == "relu":
        yield whole._replace(layer=replace(whole.layer, activation="linear"))
        yield Placed(whole.name, Activation("relu"), whole.out, whole.out)
    else:
        yield whole


def _keeps_order(layer: LayerSpec) -> bool:
    # A slope of 0 makes ties where there were none, but only among numbers that pass no gradient; a negative one turns
    # the order round.
    return layer == Activation("relu") or (isinstance(layer, LeakyReLU) and layer.negative_slope >= 0)
