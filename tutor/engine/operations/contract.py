"""What an operation is."""

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
    """Shapes that do not fit together: a sentence with both of them in it."""


@dataclass(frozen=True)
class ParameterShape:
    """One array of numbers that a layer owns: ``kernel``, ``bias``, ``gamma``, …

    Not ``trainable`` are the moving averages of batch normalization, which no gradient reaches.
    """

    part: str
    shape: Shape
    initializer: Initializer
    trainable: bool = True


@dataclass(frozen=True)
class Step:
    """What a forward or backward function is given besides its input.

    ``name`` is the layer's, ``parameters`` all of the network's by name, ``values`` the pass. ``training`` is whether
    dropout and the batch's own statistics are on; ``mask`` is a dropout layer's scaled mask, shaped as its input.
    """

    name: str
    parameters: Mapping[str, Array]
    values: Pass
    training: bool = False
    mask: Array | None = None

    def parameter(self, part: str) -> Array | None:
        """One of the layer's own parameters; None where it has none of that name."""
        return self.parameters.get(f"{self.name}.{part}")

    def own(self, part: str) -> Array:
        """One of the layer's own parameters, which it must have."""
        return self.parameters[f"{self.name}.{part}"]


def no_parameters(_layer: Any, _shape: Shape) -> tuple[ParameterShape, ...]:
    """For layers that have nothing to learn."""
    return ()


@dataclass(frozen=True)
class Operation:
    """What a kind of layer does.

    ``output_shape(layer, input_shape)``, the batch left out, raises ``ShapeError``. ``parameters(layer, input_shape)``
    are what it owns. ``forward(layer, x, step)`` gives the output; ``backward(layer, dy, x, step, gradients)`` writes
    the gradients of its parameters and of what it computed on the way, and gives that of its input.
    """

    output_shape: Callable[[Any, Shape], Shape]
    forward: Callable[[Any, Array, Step], Array]
    backward: Callable[[Any, Array, Array, Step, Pass], Array]
    parameters: Callable[[Any, Shape], tuple[ParameterShape, ...]] = no_parameters
