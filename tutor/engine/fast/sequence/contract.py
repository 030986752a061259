"""The interface of a stage, and what all stages of one batch size share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tutor.engine.operations.contract import Array, Shape
from tutor.engine.parameters import Parameters


class Stage(Protocol):
    """One layer of a step on batches of one size.

    Arrays are (places, width), the places of all rows one below the other, or what the layer takes and gives without
    its batch if that is no sequence. A stage returns an array of its own, which stays as it is until its next call.
    """

    def forward(self, x: Array) -> Array:
        """The layer's output."""

    def backward(self, dy: Array) -> Array:
        """Write the gradients of the layer's parameters; return that of its input."""


@dataclass(frozen=True)
class Setting:
    """A layer's place: its ``name``, the ``batch``, the ``shape`` of a row of its input, and all arrays by name."""

    name: str
    batch: int
    shape: Shape
    parameters: Parameters
    gradients: Parameters
    dtype: np.dtype

    def own(self, part: str) -> Array:
        """One of the layer's parameters."""
        return self.parameters[f"{self.name}.{part}"]

    def gradient(self, part: str) -> Array:
        """The gradient of one of the layer's parameters."""
        return self.gradients[f"{self.name}.{part}"]

    def has(self, part: str) -> bool:
        """Whether the layer has this parameter."""
        return f"{self.name}.{part}" in self.parameters

    @property
    def places(self) -> int:
        """The number of places of all rows, or of rows."""
        return self.batch * (self.shape[0] if len(self.shape) == 2 else 1)

    def empty(self, *shape: int) -> Array:
        """An array of the network's type."""
        return np.empty(shape, self.dtype)

    def ones(self, size: int) -> Array:
        """A vector of ones: a product with it sums faster than a reduction over a short axis."""
        return np.ones(size, self.dtype)
