"""Shapes and parameters of a network's layers, as ``summary`` lists them, with their arithmetic."""

from __future__ import annotations

import math
from functools import reduce
from operator import mul

from tutor.engine.derivations.cells import stacked
from tutor.engine.layers import Conv2D, Dense, Flatten, LayerSpec
from tutor.engine.operations.contract import Shape
from tutor.engine.parameters import count
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.readouts import Table
from tutor.labs.kit.sheet import Sheet


def fill_counts(sheet: Sheet, spec: NetworkSpec) -> None:
    """Put the counts on the sheet. ``layers`` has the parameters of each layer, in the order of the network."""
    names = [str(name) for name, _ in spec.named_layers]
    before = spec.shapes[next(i for i, layer in enumerate(spec.layers) if isinstance(layer, Flatten))]
    sides = sheet.give("before_flatten", before)
    product = reduce(mul, [sides[i] for i in range(len(before))])
    flat = sheet.number("flat", "numbers after Flatten", product, "height·width·channels", digits=0)
    weights = flat * sheet["first_units"]
    sheet.number("first_weights", "first Dense, without biases", weights, "in·units", digits=0)
    counted = [_inputs_and_units(*each) for each in zip(spec.layers, spec.shapes[:-1], strict=True)]
    inputs = sheet.give("inputs_of_a_unit", [each for each, _ in counted])
    units = sheet.give("units", [each for _, each in counted])
    layers = sheet.let("layers", inputs * units + units, "in·units + units")
    in_all = layers.sum().computed(count(spec))
    sheet.number("parameters", "parameters in all", in_all, "Σ over the layers", digits=0)
    held = [i for i, (_, each) in enumerate(counted) if each]
    labels, numbers = tuple(names[i] for i in held), stacked([layers[i] for i in held])
    sheet.vector("layer_parameters", "parameters by layer", labels, numbers, digits=0)
    shapes = [f"(None, {', '.join(map(str, shape))})" for shape in spec.shapes[1:]]

    def summary() -> Table:
        rows = tuple(zip(names, shapes, layers.values.tolist(), strict=True))
        return Table("summary", "summary()", ("layer", "output shape", "parameters"), rows, digits=0)

    sheet.show("summary", summary, lambda at: ("layers", at[:1]))


def _inputs_and_units(layer: LayerSpec, shape: Shape) -> tuple[int, int]:
    """The inputs of a unit, for inputs of this ``shape``, and the number of units; (0, 0) without weights."""
    match layer:
        case Dense():
            return shape[0], layer.units
        case Conv2D():
            return math.prod(layer.kernel_size) * shape[2], layer.filters
    return 0, 0
