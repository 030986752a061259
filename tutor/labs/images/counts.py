"""Counts about a network for pictures: parameters by layer, sides of feature maps, steps, a tally."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache

from tutor.engine.derivations.cells import Cells, constant, stacked, sum_of
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.controls import Control, MatrixControl, NumberControl
from tutor.labs.kit.readouts import Table
from tutor.labs.kit.sheet import Sheet

SIDES = ("input", "conv 1", "pool 1", "conv 2", "pool 2", "flat")
SAME_SIDES = ("input", "pool 1", "pool 2", "pool 3", "flat")

Step = Callable[[Cells], tuple[Cells, str]]
"""The next side from the current one, and its formula."""


def count_controls(tallied: tuple[str, str, str], side: int) -> tuple[Control, ...]:
    """The controls for the sums on paper. ``tallied`` are three classes, ``side`` is that of a picture."""
    return (
        NumberControl("layer", "layer", 1, 5, 1, 1, integer=True, help="of those with parameters, from 1"),
        NumberControl("pixel_row", "pixel's row", 1, side, 1, 1, integer=True, help="from 1, from the top"),
        NumberControl("pixel_column", "its column", 1, side, 1, 1, integer=True, help="from 1, from the left"),
        NumberControl("shade", "a byte", 0, 255, 1, 51, integer=True, help="0 is paper, 255 full ink"),
        NumberControl("side", "side of a picture", 20, 64, 1, 28, integer=True, help="pixels across, and down"),
        NumberControl("kernel", "kernel's side", 2, 7, 1, 5, integer=True, help="of both convolutions, no padding"),
        NumberControl("filters", "filters", 1, 128, 1, 64, integer=True, help="of the second convolution"),
        NumberControl("pictures", "pictures", 1, 60_000, 100, 60_000, integer=True, help="to train on, on paper"),
        NumberControl("batch", "a batch", 1, 1000, 10, 128, integer=True, help="pictures to a step, on paper"),
        NumberControl("rounds", "epochs on paper", 1, 100, 1, 10, integer=True, help="times through them all"),
        NumberControl("z", "z", -9.5, 9.5, 0.5, -2.0, help="what goes into an activation"),
        MatrixControl(
            "tally", "true, and said", tallied, tallied, 0, 99, 1,
            ((40.0, 6.0, 4.0), (5.0, 38.0, 2.0), (1.0, 3.0, 41.0)), help="a row is a true class",
        ),
    )  # fmt: skip


COUNT_CONTROLS = tuple(control.name for control in count_controls(("a", "b", "c"), 28))


def weighted_layers(spec: NetworkSpec) -> tuple[tuple[str, int, int], ...]:
    """For each layer with parameters its name, the inputs of one of its units, and its units."""
    found = []
    for (name, layer), shape in zip(spec.named_layers, spec.shapes, strict=False):
        if isinstance(layer, Dense):
            found.append((name, shape[0], layer.units))
        elif isinstance(layer, Conv2D):
            found.append((name, math.prod(layer.kernel_size) * shape[2], layer.filters))
    return tuple(found)


def listed_layers(spec: NetworkSpec) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Name and output shape of each layer, except those that neither learn nor change the shape."""
    named = zip(spec.named_layers, spec.shapes, spec.shapes[1:], strict=False)
    weighted = {name for name, _, _ in weighted_layers(spec)}
    return tuple((name, out) for (name, _), into, out in named if name in weighted or out != into)


def fill_counts(sheet: Sheet, spec: NetworkSpec, pixels: int) -> None:
    """Put the counts of the network and the sums on paper on the sheet. ``pixels`` is the width of a picture."""
    _fill_layers(sheet, spec)
    _fill_sides(sheet)
    _fill_steps(sheet)
    _fill_tally(sheet)
    shade, z = sheet["shade"], sheet["z"]
    sheet.vector("scaled", "scaled", ("by 255",), stacked([shade / 255]), "byte / 255", digits=4)
    number = pixels * (sheet["pixel_row"] - 1) + sheet["pixel_column"]
    sheet.number("pixel_number", "the pixel's number", number, f"{pixels}·(row − 1) + column", digits=0)
    slopes = constant((0.1, 0.0, 1.0) if z.number <= 0 else (1.0, 1.0, 1.0))
    sheet.vector("leaky", "activation of z", ("leaky ReLU", "ReLU", "linear"), slopes * z, "slope·z", digits=2)
    step = sheet["learning_rate"] * shade / constant((255, 1))
    said = "learning rate·x, at δ = 1"
    sheet.vector("one_step", "the weight moves by", ("scaled", "as bytes"), step, said, digits=5)
    sheet.number("chance", "by chance alone", 1 / constant(spec.output_size), "1 / classes", digits=3)


def _whole(sheet: Sheet, name: str) -> int:
    return int(sheet[name].number)


def _fill_layers(sheet: Sheet, spec: NetworkSpec) -> None:
    layers, listed = weighted_layers(spec), listed_layers(spec)
    inputs = sheet.give("inputs of a unit", [inputs for _, inputs, _ in layers])
    units = sheet.give("units", [units for _, _, units in layers])
    said = "inputs·units + units"
    counts = sheet.let("layers", inputs * units + units, said)
    places = {name: i for i, (name, _, _) in enumerate(layers)}

    def table() -> Table:
        rows = tuple(
            (name, "×".join(map(str, shape)), float(counts.values[places[name]]) if name in places else "none")
            for name, shape in listed
        )
        return Table("layers", "layer by layer", ("layer", "output", "parameters"), rows, digits=0)

    sheet.show("layers", table, lambda at: ("layers", (places[listed[at[0]][0]],)))
    sheet.number("parameters", "parameters", counts.sum(), "Σ over the layers", digits=0)
    chosen = min(_whole(sheet, "layer"), len(layers)) - 1
    x, n = inputs[chosen], units[chosen]
    forms = ("inputs of a unit", "units", "inputs·units", "one bias a unit", said)
    sheet.vector(
        "layer_counts", "this layer", ("inputs", "units", "weights", "biases", "sum"),
        stacked([x, n, x * n, n, x * n + n]), lambda i: forms[i], digits=0,
    )  # fmt: skip


def _fill_sides(sheet: Sheet) -> None:
    """Two convolutions, each with a pooling that drops an odd row; three poolings whose last window may be half empty,
    after convolutions that keep the side.
    """
    kernel, filters = sheet["kernel"], sheet["filters"]

    def convolved(side: Cells) -> tuple[Cells, str]:
        return side - kernel + 1, "side − kernel + 1"

    def pooled(side: Cells) -> tuple[Cells, str]:
        if side.number % 2:
            return (side - 1) / 2, "(side − 1) / 2: the odd row falls away"
        return side / 2, "side / 2"

    def pooled_same(side: Cells) -> tuple[Cells, str]:
        if side.number % 2:
            return (side + 1) / 2, "(side + 1) / 2: the odd row has a window"
        return side / 2, "side / 2"

    def flat(side: Cells) -> tuple[Cells, str]:
        return side * side * filters, "side·side·filters"

    _fill_way(sheet, "sides", SIDES, (convolved, pooled, convolved, pooled, flat))
    _fill_way(sheet, "same_sides", SAME_SIDES, (pooled_same, pooled_same, pooled_same, flat))


def _fill_way(sheet: Sheet, name: str, labels: tuple[str, ...], steps: tuple[Step, ...]) -> None:
    """Show the side of a picture step by step. The steps are computed on demand."""

    @cache
    def way() -> tuple[tuple[Cells, str], ...]:
        sides = [(sheet["side"], "the picture's side")]
        for place, step in enumerate(steps):
            sides.append(step(_called(sheet, name, place, sides[-1][0])))
        return tuple(sides)

    numbers = Cells(lambda: [side.number for side, _ in way()], lambda n, at: way()[at[0]][0].write(n, ()))
    sheet.vector(name, "side after", labels, numbers, lambda i: way()[i][1], digits=0)


def _called(sheet: Sheet, name: str, place: int, number: Cells) -> Cells:
    """A number that will be part of ``name``, written as such."""
    return Cells(lambda: number.values, lambda n, _: n(sheet.worksheet.cell(name, place)))


def _fill_steps(sheet: Sheet) -> None:
    pictures, batch, rounds = (_whole(sheet, name) for name in ("pictures", "batch", "rounds"))
    an_epoch, divided = math.ceil(pictures / batch), pictures / batch
    steps = {"an epoch": an_epoch, "in all": an_epoch * rounds, "divided": divided}
    _fill_counted(sheet, "paper_steps", "steps", steps, digits=3)
    a_fifth = round(pictures / 5)
    _fill_counted(sheet, "split", "pictures", {"to train": pictures - a_fifth, "to test": a_fifth})


def _fill_counted(sheet: Sheet, name: str, label: str, numbers: Mapping[str, float], digits: int = 0) -> None:
    """Show numbers that no sum or product gives: rounded ones, or indices."""
    values = tuple(numbers.values())
    sheet.give(name, values)
    sheet.vector(name, label, tuple(numbers), values, digits=digits)


def _fill_tally(sheet: Sheet) -> None:
    tally = sheet["tally"]
    right, every, first = sum_of([tally[i, i] for i in range(3)]), tally.sum(), tally[0, 0]
    sums = {
        "right": (right, "Σ on the diagonal"),
        "all": (every, "Σ of all"),
        "accuracy": (right / every, "Σ on the diagonal / Σ of all"),
        "recall": (first / tally[0].sum(), "right of the first row / Σ of the row"),
        "precision": (first / tally.last(0).sum(), "right of the first column / Σ of the column"),
        "wrong": (every - right, "Σ of all − Σ on the diagonal"),
    }
    said = [formula for _, formula in sums.values()]
    numbers = stacked([number for number, _ in sums.values()])
    sheet.vector("tally_sums", "from the tally", tuple(sums), numbers, lambda i: said[i], digits=3)
