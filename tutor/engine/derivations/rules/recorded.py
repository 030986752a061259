"""A recorded pass: arrays by name, numbers as cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from tutor.engine.connections import sources
from tutor.engine.derivations.derivation import Cell
from tutor.engine.layers import LayerSpec
from tutor.engine.network import Pass, output_names
from tutor.engine.parameters import Array, Parameters
from tutor.engine.spec import NetworkSpec

GRADIENT, UPDATED, CLIPPED, NORM = "grad:", "new:", "clipped:", "norm"


class NoSuchCellError(LookupError):
    """The trace has no such cell; the message lists what it has."""


@dataclass(frozen=True)
class Trace:
    """All numbers of one pass, with ``arrays`` by name.

    ``labels`` (rows, outputs), or class numbers (rows,), and the gradients exist only if labels were given.
    ``step`` is the number of updates before this one, and ``learning_rate`` is its rate.
    """

    spec: NetworkSpec
    parameters: Parameters
    values: Pass
    labels: Array | None
    gradients: Pass
    learning_rate: float
    step: int
    arrays: Mapping[str, Array] = field(repr=False)

    def names(self) -> tuple[str, ...]:
        """All names that have cells."""
        return tuple(self.arrays)

    def array(self, name: str) -> Array:
        """The array of a name; ``loss`` is a single number. Raises ``NoSuchCellError``."""
        if name not in self.arrays:
            raise NoSuchCellError(f"there is no {name!r} in this pass; there are {', '.join(self.names())}")
        return self.arrays[name]

    def cell(self, name: str, *index: int) -> Cell:
        """One number of the trace. Raises ``NoSuchCellError``."""
        array = self.array(name)
        if len(index) != array.ndim or any(not 0 <= i < n for i, n in zip(index, array.shape, strict=False)):
            raise NoSuchCellError(f"{name} has the shape {array.shape}; the index {index} is outside it")
        return Cell(name, index, float(array[index]))

    def cells(self, name: str, *leading: int) -> list[Cell]:
        """The cells of a name whose index begins with ``leading``, in reading order."""
        part = self.array(name)[leading]
        return [Cell(name, (*leading, *index), float(part[index])) for index in np.ndindex(part.shape)]

    def channel(self, name: str, channel: int, *leading: int) -> list[Cell]:
        """The cells of a name whose index begins with ``leading`` and ends with ``channel``, in reading order."""
        part = self.array(name)[leading][..., channel]
        return [Cell(name, (*leading, *index, channel), float(part[index])) for index in np.ndindex(part.shape)]

    @property
    def rows(self) -> int:
        """The batch size."""
        return len(self.values["input"])


@dataclass(frozen=True)
class RecordedLayer:
    """A layer in a trace: its ``name``, and ``before``, the name of its input."""

    trace: Trace
    layer: LayerSpec
    name: str
    before: str

    def own(self, part: str, *index: int) -> Cell:
        """A cell of one of the layer's arrays: ``z``, ``out``, ``kernel``, …"""
        return self.trace.cell(f"{self.name}.{part}", *index)

    def has(self, part: str) -> bool:
        """Whether the layer has this array in this pass."""
        return f"{self.name}.{part}" in self.trace.arrays

    def gradient(self, part: str, *index: int) -> Cell:
        """A cell of the gradient of one of the layer's arrays."""
        return self.trace.cell(f"{GRADIENT}{self.name}.{part}", *index)

    def source(self, *index: int) -> Cell:
        """A cell of the earlier output that an Add layer reads besides its input."""
        place = output_names(self.trace.spec).index(f"{self.name}.out") - 1
        return self.trace.cell(output_names(self.trace.spec)[sources(self.trace.spec.layers)[place]], *index)

    def input(self, *index: int) -> Cell:
        """A cell of the layer's input."""
        return self.trace.cell(self.before, *index)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of the layer's input, including the batch."""
        return self.trace.array(self.before).shape

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the layer's output, including the batch."""
        return self.trace.array(f"{self.name}.out").shape


def recorded_layer(trace: Trace, layer: str) -> RecordedLayer:
    """The layer named ``layer``."""
    return _at(trace, [name for name, _ in trace.spec.named_layers].index(layer))


def layer_above(trace: Trace, output: str) -> RecordedLayer:
    """The layer whose input is ``output``: ``input``, or the output of any layer but the last."""
    return _at(trace, output_names(trace.spec).index(output))


def _at(trace: Trace, position: int) -> RecordedLayer:
    name, layer = trace.spec.named_layers[position]
    return RecordedLayer(trace, layer, name, output_names(trace.spec)[position])
