"""The interface of an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.initializers import Initializer

Array = NDArray[np.floating]
Shape = tuple[int, ...]
Pass = MutableMapping[str, Array]


class ShapeError(ValueError):
    """Two shapes do not match; the message gives both."""


@dataclass(frozen=True)
class ParameterShape:
    """One array of numbers that a layer owns: ``kernel``, ``bias``, ``gamma``, …

    The moving averages of batch normalization are not ``trainable``: they get no gradient.
    """

    part: str
    shape: Shape
    initializer: Initializer
    trainable: bool = True


@dataclass(frozen=True)
class Step:
    """The arguments of a forward or backward function besides its input.

    ``name`` is the layer's name, ``parameters`` has all of the network's by name, ``values`` is the pass. ``training``
    switches on dropout and the batch's statistics; ``mask`` is a dropout layer's scaled mask, in the input's shape;
    ``source`` is the name of the earlier output that an Add layer reads besides its input.
    """

    name: str
    parameters: Mapping[str, Array]
    values: Pass
    training: bool = False
    mask: Array | None = None
    source: str = ""

    def parameter(self, part: str) -> Array | None:
        """One of the layer's parameters; None if it has none of that name."""
        return self.parameters.get(f"{self.name}.{part}")

    def own(self, part: str) -> Array:
        """One of the layer's parameters, which must exist."""
        return self.parameters[f"{self.name}.{part}"]


def no_parameters(_layer: Any, _shape: Shape) -> tuple[ParameterShape, ...]:
    """For layers without parameters."""
    return ()


@dataclass(frozen=True)
class Operation:
    """What a kind of layer does.

    ``output_shape(layer, input_shape)`` excludes the batch and raises ``ShapeError``.
    ``parameters(layer, input_shape)`` lists the arrays that the layer owns. ``forward(layer, x, step)`` returns the
    output. ``backward(layer, dy, x, step, gradients)`` writes the gradients of the parameters and of intermediate
    values, and returns that of the input.
    """

    output_shape: Callable[[Any, Shape], Shape]
    forward: Callable[[Any, Array, Step], Array]
    backward: Callable[[Any, Array, Array, Step, Pass], Array]
    parameters: Callable[[Any, Shape], tuple[ParameterShape, ...]] = no_parameters
