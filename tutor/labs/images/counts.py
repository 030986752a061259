"""What can be counted about a network for pictures: parameters by layer, sides of feature maps, steps, a small tally.

Each is worked out on a worksheet, so that every count can say where it comes from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from operator import mul

from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.controls import Control, MatrixControl, NumberControl
from tutor.labs.kit.readouts import Number, Readout, Table, Vector

SIDES = ("input", "conv 1", "pool 1", "conv 2", "pool 2", "flat")
SAME_SIDES = ("input", "pool 1", "pool 2", "pool 3", "flat")
SAME_SLIPS = ("side rounded down", "flat rounded down", "one map", "two poolings")
SIDE_SLIPS = ("side − kernel", "same side", "one map", "side · filters")
LAYER_COUNTS = ("inputs", "units", "weights", "biases", "sum")
STEPS = ("an epoch", "in all", "whole batches", "divided", "not rounded", "rounded down")
TALLIES = ("right", "all", "accuracy", "recall", "precision", "wrong")
SCALED, SCALED_SLIPS = ("by 255",), ("in per cent", "by 256")
SPLIT = ("to train", "to test")
LEAKY, LEAKY_SLIPS = ("leaky ReLU", "ReLU", "linear"), ("slope 0.9",)
ONE_STEP = ("scaled", "as bytes")
PIXEL_NUMBERS = ("by rows", "by columns", "from 0", "a row too far")
COUNTS = (
    "parameters", "layers", "layer_counts", "sides", "side_slips", "paper_steps", "tally_sums", "scaled",
    "scaled_slips", "pixel_number", "same_sides", "same_slips", "split", "leaky", "leaky_slips", "one_step", "chance",
)  # fmt: skip
# Rounded up or down, or a place: no sum or product leads to them.
PLAINLY_COUNTED = frozenset({"paper_steps", "pixel_number", "side_slips", "same_slips", "split"})


def count_controls(tallied: tuple[str, str, str], side: int) -> tuple[Control, ...]:
    """The numbers that the sums on paper are about. ``tallied`` are three classes, ``side`` is that of a picture."""
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
    """For each layer with parameters its name, the inputs that one of its units weighs, and its units."""
    found = []
    for (name, layer), shape in zip(spec.named_layers, spec.shapes, strict=False):
        if isinstance(layer, Dense):
            found.append((name, shape[0], layer.units))
        elif isinstance(layer, Conv2D):
            found.append((name, math.prod(layer.kernel_size) * shape[2], layer.filters))
    return tuple(found)


def listed_layers(spec: NetworkSpec) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Name and output shape of each layer but those that neither learn nor change a shape."""
    named = zip(spec.named_layers, spec.shapes, spec.shapes[1:], strict=False)
    weighted = {name for name, _, _ in weighted_layers(spec)}
    return tuple((name, out) for (name, _), into, out in named if name in weighted or out != into)


def read_count(name: str, sheet: Worksheet, spec: NetworkSpec) -> Readout:
    """One of ``COUNTS``, from a sheet on which ``put_counts`` worked it out."""
    values = tuple(sheet.array(name).ravel().tolist())
    match name:
        case "parameters":
            return Number(name, "parameters", values[0], digits=0)
        case "layers":
            counted = dict(zip((layer for layer, _, _ in weighted_layers(spec)), values, strict=True))
            rows = tuple(
                (layer, "×".join(map(str, shape)), counted.get(layer, "none")) for layer, shape in listed_layers(spec)
            )
            return Table(name, "layer by layer", ("layer", "output", "parameters"), rows, digits=0)
        case "layer_counts":
            return Vector(name, "this layer", LAYER_COUNTS, values, digits=0)
        case "sides":
            return Vector(name, "side after", SIDES, values, digits=0)
        case "side_slips":
            return Vector(name, "slips", SIDE_SLIPS, values, digits=0)
        case "paper_steps":
            return Vector(name, "steps", STEPS, values, digits=3)
        case "tally_sums":
            return Vector(name, "from the tally", TALLIES, values, digits=3)
        case "same_sides":
            return Vector(name, "side after", SAME_SIDES, values, digits=0)
        case "same_slips":
            return Vector(name, "slips", SAME_SLIPS, values, digits=0)
        case "split":
            return Vector(name, "pictures", SPLIT, values, digits=0)
        case "leaky":
            return Vector(name, "activation of z", LEAKY, values, digits=2)
        case "leaky_slips":
            return Vector(name, "slips", LEAKY_SLIPS, values, digits=2)
        case "one_step":
            return Vector(name, "the weight moves by", ONE_STEP, values, digits=5)
        case "chance":
            return Number(name, "by chance alone", values[0], digits=3)
        case "scaled":
            return Vector(name, "scaled", SCALED, values, digits=4)
        case "scaled_slips":
            return Vector(name, "slips", SCALED_SLIPS, values, digits=4)
    return Vector(name, "the pixel's number", PIXEL_NUMBERS, values, digits=0)


def put_counts(sheet: Worksheet, spec: NetworkSpec, pixels: int) -> None:
    """Work out all ``COUNTS`` on a sheet that has the controls. ``pixels`` are a picture's across."""
    _put_layers(sheet, spec)
    _put_sides(sheet)
    _put_same_sides(sheet)
    _put_tally(sheet)
    _put_small_sums(sheet, spec.output_size)
    pictures, batch, rounds = (_held(sheet, name) for name in ("pictures", "batch", "rounds"))
    an_epoch = math.ceil(pictures / batch)
    whole, divided = pictures // batch, pictures / batch
    sheet.give("paper_steps", [an_epoch, an_epoch * rounds, whole, divided, divided * rounds, whole * rounds])
    row, column = (_held(sheet, name) for name in ("pixel_row", "pixel_column"))
    by_rows = pixels * (row - 1) + column
    sheet.give("pixel_number", [by_rows, pixels * (column - 1) + row, by_rows - 1, by_rows + pixels])
    shade = _held(sheet, "shade")
    for name, divisors in (("scaled", (255,)), ("scaled_slips", (100, 256))):
        sheet.put(name, [shade / by for by in divisors], lambda i, divisors=divisors: _byte_over(sheet, divisors[i]))


def _byte_over(sheet: Worksheet, divisor: int) -> Form:
    return Form(f"byte / {divisor}", lambda n: n(sheet.cell("shade")) / n(divisor))


def _held(sheet: Worksheet, name: str) -> int:
    return int(sheet.array(name))


def _put_layers(sheet: Worksheet, spec: NetworkSpec) -> None:
    layers = weighted_layers(spec)
    sheet.give("inputs of a unit", [inputs for _, inputs, _ in layers])
    sheet.give("units", [units for _, _, units in layers])
    sheet.put(
        "layers",
        [inputs * units + units for _, inputs, units in layers],
        lambda i: Form("inputs·units + units", lambda n: _weights(n, sheet, i) + n(sheet.cell("units", i))),
    )
    sheet.put(
        "parameters",
        sum(inputs * units + units for _, inputs, units in layers),
        lambda: Form("Σ over the layers", lambda n: total(n.each(sheet.cells("layers")))),
    )
    chosen = min(_held(sheet, "layer"), len(layers)) - 1
    _, inputs, units = layers[chosen]
    forms: Sequence[tuple[str, Callable[[Writer], Expression]]] = (
        ("inputs of a unit", lambda n: n(sheet.cell("inputs of a unit", chosen))),
        ("units", lambda n: n(sheet.cell("units", chosen))),
        ("inputs·units", lambda n: _weights(n, sheet, chosen)),
        ("one bias a unit", lambda n: n(sheet.cell("units", chosen))),
        ("inputs·units + units", lambda n: _weights(n, sheet, chosen) + n(sheet.cell("units", chosen))),
    )
    sheet.put(
        "layer_counts",
        [inputs, units, inputs * units, units, inputs * units + units],
        lambda i: Form(*forms[i]),
    )


def _weights(n: Writer, sheet: Worksheet, layer: int) -> Expression:
    return n(sheet.cell("inputs of a unit", layer)) * n(sheet.cell("units", layer))


def _put_sides(sheet: Worksheet) -> None:
    side, kernel, filters = (_held(sheet, name) for name in ("side", "kernel", "filters"))
    sides = [side]
    for step in range(4):
        sides.append(sides[-1] // 2 if step % 2 else sides[-1] - kernel + 1)
    sheet.put("sides", [*sides, sides[-1] ** 2 * filters], lambda i: _side_form(sheet, i))
    sheet.give("side_slips", [side - kernel, side, sides[-1] ** 2, sides[-1] * filters])


def _side_form(sheet: Worksheet, i: int) -> Form:
    """Of the side at place ``i`` of ``SIDES``, from the one before it."""
    if i == 0:
        return Form("the picture's side", lambda n: n(sheet.cell("side")))
    before = sheet.cell("sides", i - 1)
    if i == len(SIDES) - 1:
        return Form("side·side·filters", lambda n: reduce(mul, [n(before), n(before), n(sheet.cell("filters"))]))
    if i % 2:
        return Form("side − kernel + 1", lambda n: n(before) - n(sheet.cell("kernel")) + n(1))
    if before.value % 2:
        return Form("(side − 1) / 2: the odd row falls away", lambda n: (n(before) - n(1)) / n(2))
    return Form("side / 2", lambda n: n(before) / n(2))


def _put_same_sides(sheet: Worksheet) -> None:
    """Three times a convolution that keeps the side and a pooling whose last window may be half empty."""
    side, filters = _held(sheet, "side"), _held(sheet, "filters")
    sides = [side]
    for _ in range(3):
        sides.append(-(-sides[-1] // 2))
    down = side // 2 // 2 // 2

    def form(i: int) -> Form:
        if i == 0:
            return Form("the picture's side", lambda n: n(sheet.cell("side")))
        before = sheet.cell("same_sides", i - 1)
        if i == len(SAME_SIDES) - 1:
            return Form("side·side·filters", lambda n: reduce(mul, [n(before), n(before), n(sheet.cell("filters"))]))
        if before.value % 2:
            return Form("(side + 1) / 2: the odd row has a window", lambda n: (n(before) + n(1)) / n(2))
        return Form("side / 2", lambda n: n(before) / n(2))

    sheet.put("same_sides", [*sides, sides[-1] ** 2 * filters], form)
    sheet.give("same_slips", [down, down**2 * filters, sides[-1] ** 2, sides[2] ** 2 * filters])


def _put_small_sums(sheet: Worksheet, classes: int) -> None:
    pictures, z, shade, rate = (float(sheet.array(name)) for name in ("pictures", "z", "shade", "learning_rate"))
    sheet.give("split", [pictures - round(pictures / 5), round(pictures / 5)])
    bent = z <= 0
    for name, below in (("leaky", (0.1, 0.0, 1.0)), ("leaky_slips", (0.9,))):
        slopes = below if bent else (1.0,) * len(below)
        sheet.put(name, [slope * z for slope in slopes], lambda i, by=slopes: _slope_times_z(sheet, by[i]))
    sheet.put(
        "one_step",
        [rate * shade / 255, rate * shade],
        lambda i: Form(
            "learning rate·x, at δ = 1",
            lambda n: n(sheet.cell("learning_rate")) * n(sheet.cell("shade")) / n(255 if i == 0 else 1),
        ),
    )
    sheet.put("chance", 1 / classes, lambda: Form("1 / classes", lambda n: n(1) / n(classes)))


def _slope_times_z(sheet: Worksheet, slope: float) -> Form:
    return Form("slope·z", lambda n: n(slope) * n(sheet.cell("z")))


def _put_tally(sheet: Worksheet) -> None:
    tally = sheet.array("tally")
    right, everything = float(tally.trace()), float(tally.sum())
    own, true, said = float(tally[0, 0]), float(tally[0].sum()), float(tally[:, 0].sum())

    def cells(*places: tuple[int, int]) -> Callable[[Writer], Expression]:
        return lambda n: total([n(sheet.cell("tally", r, c)) for r, c in places])

    diagonal, whole = cells((0, 0), (1, 1), (2, 2)), cells(*((r, c) for r in range(3) for c in range(3)))
    first, row, column = cells((0, 0)), cells((0, 0), (0, 1), (0, 2)), cells((0, 0), (1, 0), (2, 0))
    forms: Sequence[tuple[str, Callable[[Writer], Expression]]] = (
        ("Σ on the diagonal", diagonal),
        ("Σ of all", whole),
        ("Σ on the diagonal / Σ of all", lambda n: diagonal(n) / whole(n)),
        ("right of the first row / Σ of the row", lambda n: first(n) / row(n)),
        ("right of the first column / Σ of the column", lambda n: first(n) / column(n)),
        ("Σ of all − Σ on the diagonal", lambda n: whole(n) - diagonal(n)),
    )
    values = [right, everything, _share(right, everything), _share(own, true), _share(own, said), everything - right]
    sheet.put("tally_sums", values, lambda i: Form(*forms[i]))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
