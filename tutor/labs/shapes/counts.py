"""What can be counted about the shapes network: places of a drawing, columns of the file, parameters of a layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, PIXELS, SIDE
from tutor.engine.parameters import layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.controls import NumberControl
from tutor.labs.kit.places import LookupFailed
from tutor.labs.kit.readouts import Number, Readout, Table, Text, Vector

DENSE_LAYERS = 5
COUNTS = (
    "pixels", "pixel_number", "one_hot", "file_row", "line_length", "layer_counts", "layers", "parameter_sums",
    "updates", "guess",
)  # fmt: skip
COUNT_CONTROLS = (
    NumberControl("pixel_row", "pixel's row", 1, SIDE, 1, 1, integer=True, help="counted from 1, from the top"),
    NumberControl("pixel_column", "its column", 1, SIDE, 1, 1, integer=True, help="counted from 1, from the left"),
    NumberControl("layer", "Dense layer", 1, DENSE_LAYERS, 1, 1, integer=True, help="whose parameters are counted"),
)


@dataclass(frozen=True)
class Counted:
    """What is counted: a drawing (5, 5) and its class; a pixel and a layer, all from 1; the network and its run."""

    drawing: NDArray[np.float64]
    shape: str
    row: int
    column: int
    layer: int
    spec: NetworkSpec
    rows: int
    batch_size: int
    epochs: int


@dataclass(frozen=True)
class _LayerSize:
    name: str
    inputs: int
    units: int

    @property
    def weights(self) -> int:
        return self.inputs * self.units

    @property
    def together(self) -> int:
        return self.weights + self.units


def read_count(name: str, counted: Counted) -> Readout:
    """One of ``COUNTS``; raises ``LookupFailed`` for another name."""
    match name:
        case "pixels":
            rows = ("".join(f"{p:g}" if p in (0, 1) else f"{p:g} " for p in row) for row in counted.drawing.tolist())
            return Text(name, "row by row", " ".join(rows))
        case "pixel_number":
            by_rows = SIDE * (counted.row - 1) + counted.column
            by_columns = SIDE * (counted.column - 1) + counted.row
            labels = ("by rows", "by columns", "from 0", "a row too far")
            return Vector(name, "the pixel's number", labels, (by_rows, by_columns, by_rows - 1, by_rows + SIDE), 0)
        case "one_hot":
            return Vector(name, f"label of {counted.shape}", NAMES, _one_hot(counted.shape), digits=0)
        case "file_row":
            numbers = (*counted.drawing.ravel().tolist(), *_one_hot(counted.shape))
            return Text(name, "as a line of the file", " ".join(f"{n:g}" for n in numbers))
        case "line_length":
            labels = ("pixels", "label", "together", "with one number for the label")
            return Vector(name, "numbers on a line", labels, (PIXELS, len(NAMES), PIXELS + len(NAMES), PIXELS + 1), 0)
        case "updates":
            updates = counted.epochs * math.ceil(counted.rows / counted.batch_size)
            return Number(name, "updates in these epochs", updates, digits=0)
        case "guess":
            share = 1 / len(NAMES)
            values = (share, -math.log(share), math.log(share))
            return Vector(name, "a pure guess", ("confidence", "loss", "logarithm"), values)
    return _parameters(name, counted)


def _parameters(name: str, counted: Counted) -> Readout:
    sizes = [
        _LayerSize(p.name.removesuffix(".kernel"), *p.shape) for p in layout(counted.spec) if p.name.endswith(".kernel")
    ]
    weights, biases = sum(s.weights for s in sizes), sum(s.units for s in sizes)
    if name == "layer_counts":
        size = sizes[counted.layer - 1]
        labels = ("inputs", "units", "weights", "biases", "sum")
        counts = (size.inputs, size.units, size.weights, size.units, size.together)
        return Vector(name, f"layer {counted.layer}", labels, counts, digits=0)
    if name == "layers":
        rows = tuple((s.name, s.inputs, s.units, s.weights, s.units, s.together) for s in sizes)
        columns = ("layer", "in", "out", "weights", "biases", "together")
        total = ("all", "", "", weights, biases, weights + biases)
        return Table(name, "parameters, layer by layer", columns, (*rows, total), digits=0)
    if name == "parameter_sums":
        parts = ("all", "without biases", "without the first layer")
        sums = (weights + biases, weights, weights + biases - sizes[0].together)
        return Vector(name, "parameters", parts, sums, digits=0)
    raise LookupFailed(f"there is no count {name!r}; there are {', '.join(COUNTS)}")


def _one_hot(shape: str) -> tuple[float, ...]:
    return tuple(float(name == shape) for name in NAMES)
