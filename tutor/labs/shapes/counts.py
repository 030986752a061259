"""Counts about the shapes network: pixels of a drawing, columns of the file, parameters of a layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tutor.datasets.shapes import NAMES, PIXELS, SIDE
from tutor.engine.parameters import layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.controls import NumberControl
from tutor.labs.kit.readouts import Table
from tutor.labs.kit.sheet import Sheet

DENSE_LAYERS = 5
COUNT_CONTROLS = (
    NumberControl("pixel_row", "pixel's row", 1, SIDE, 1, 1, integer=True, help="counted from 1, from the top"),
    NumberControl("pixel_column", "its column", 1, SIDE, 1, 1, integer=True, help="counted from 1, from the left"),
    NumberControl("layer", "Dense layer", 1, DENSE_LAYERS, 1, 1, integer=True, help="whose parameters are counted"),
)


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


def fill_counts(sheet: Sheet, shape: str, spec: NetworkSpec, rows: int) -> None:
    """Put the counts on the sheet, for ``rows`` training rows and the drawing labelled ``shape``."""
    _fill_line(sheet, shape)
    _fill_layers(sheet, spec)
    epochs, batch_size = (int(sheet[name].number) for name in ("epochs", "batch_size"))
    sheet.number("updates", "updates in these epochs", epochs * math.ceil(rows / batch_size), digits=0)
    even = 1 / len(NAMES)
    sheet.vector("guess", "a pure guess", ("confidence", "loss"), (even, -math.log(even)))


def _fill_line(sheet: Sheet, shape: str) -> None:
    """The drawing as a line of the data file."""
    drawing = sheet["drawing"].values
    rows = ("".join(f"{p:g}" if p in (0, 1) else f"{p:g} " for p in row) for row in drawing.tolist())
    sheet.text("pixels", "row by row", " ".join(rows))
    number = SIDE * (sheet["pixel_row"] - 1) + sheet["pixel_column"]
    sheet.number("pixel_number", "the pixel's number", number, f"{SIDE}·(row − 1) + column", digits=0)
    label = tuple(float(name == shape) for name in NAMES)
    sheet.vector("one_hot", f"label of {shape}", NAMES, label, digits=0, bars=True)
    sheet.text("file_row", "as a line of the file", " ".join(f"{n:g}" for n in (*drawing.ravel().tolist(), *label)))
    lengths = (PIXELS, len(NAMES), PIXELS + len(NAMES))
    sheet.vector("line_length", "numbers on a line", ("pixels", "label", "together"), lengths, digits=0)


def _fill_layers(sheet: Sheet, spec: NetworkSpec) -> None:
    """The parameters of each Dense layer, and of all together."""
    sizes = [_LayerSize(p.name.removesuffix(".kernel"), *p.shape) for p in layout(spec) if p.name.endswith(".kernel")]
    weights, biases = sum(s.weights for s in sizes), sum(s.units for s in sizes)
    sheet.number("parameters", "parameters", weights + biases, digits=0)
    number = int(sheet["layer"].number)
    one = sizes[number - 1]
    counts = (one.inputs, one.units, one.weights, one.units, one.together)
    parts = ("inputs", "units", "weights", "biases", "sum")
    sheet.vector("layer_counts", f"layer {number}", parts, counts, digits=0)
    rows = tuple((s.name, s.inputs, s.units, s.weights, s.units, s.together) for s in sizes)
    total = ("all", "", "", weights, biases, weights + biases)
    columns = ("layer", "in", "out", "weights", "biases", "together")
    table = Table("layers", "parameters, layer by layer", columns, (*rows, total), digits=0)
    sheet.show("layers", lambda: table, counted=True)
