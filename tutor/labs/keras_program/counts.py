"""What a network's layers alone lead to: shapes and parameters, as ``summary`` lists them, and where they come from."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from operator import mul

from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.worksheet import Worksheet
from tutor.engine.layers import Conv2D, Dense, Flatten
from tutor.engine.parameters import count
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.readouts import Number, Readout, Table, Vector


def read_count(name: str, spec: NetworkSpec) -> Readout | None:
    """One of these readouts; None where ``name`` is another."""
    match name:
        case "flat":
            return Number(name, "numbers after Flatten", math.prod(_before_flatten(spec)), digits=0)
        case "summary":
            return Table(name, "summary()", ("layer", "output shape", "parameters"), _summary(spec), digits=0)
        case "layer_parameters":
            held = [(str(layer), float(n)) for layer, _, n in _summary(spec) if n]
            labels, counts = tuple(k for k, _ in held), tuple(n for _, n in held)
            return Vector(name, "parameters by layer", labels, counts, digits=0)
        case "parameters":
            return Number(name, "parameters in all", count(spec), digits=0)
        case "first_weights":
            return Number(name, "first Dense, without biases", _first_weights(spec), digits=0)
    return None


def put_counts(sheet: Worksheet, spec: NetworkSpec) -> None:
    """Their cells. The parameters of each layer are ``layers``, in the order of the network."""
    sheet.give("before_flatten", _before_flatten(spec))
    sheet.put("flat", math.prod(_before_flatten(spec)), product(sheet, "height·width·channels", "before_flatten"))
    sheet.put("first_weights", _first_weights(spec), product(sheet, "in·units", "flat", "first_units"))
    inputs, units = zip(*_inputs_and_units(spec), strict=True)
    sheet.give("inputs_of_a_unit", inputs)
    sheet.give("units", units)
    sheet.put("layers", [i * u + u for i, u in zip(inputs, units, strict=True)], _with_biases(sheet))
    in_all = Form("Σ over the layers", lambda n: total(n.each(sheet.cells("layers"))))
    sheet.put("parameters", count(spec), lambda: in_all)


def weighted_layer(spec: NetworkSpec, place: int) -> int:
    """Where in the network the layer stands that is at ``place`` among those with parameters."""
    return [i for i, (_, units) in enumerate(_inputs_and_units(spec)) if units][place]


def product(sheet: Worksheet, formula: str, *names: str) -> Callable[[], Form]:
    """The form that multiplies all cells of these names."""

    def numbers(n: Writer) -> Expression:
        factors = [n(cell) for name in names for cell in sheet.cells(name)]
        return reduce(mul, factors)

    return lambda: Form(formula, numbers)


def _summary(spec: NetworkSpec) -> tuple[tuple[str | float, ...], ...]:
    return tuple(
        (name, f"(None, {', '.join(map(str, shape))})", float(inputs * units + units))
        for (name, _), shape, (inputs, units) in zip(
            spec.named_layers, spec.shapes[1:], _inputs_and_units(spec), strict=True
        )
    )


def _before_flatten(spec: NetworkSpec) -> list[float]:
    position = next(i for i, layer in enumerate(spec.layers) if isinstance(layer, Flatten))
    return [float(side) for side in spec.shapes[position]]


def _first_weights(spec: NetworkSpec) -> float:
    first = next(layer for layer in spec.layers if isinstance(layer, Dense))
    return math.prod(_before_flatten(spec)) * first.units


def _inputs_and_units(spec: NetworkSpec) -> list[tuple[int, int]]:
    """For each layer the inputs that a unit of it weighs, and its units; (0, 0) for one with nothing to learn."""
    counted = []
    for layer, shape in zip(spec.layers, spec.shapes, strict=False):
        if isinstance(layer, Dense):
            counted.append((shape[0], layer.units))
        elif isinstance(layer, Conv2D):
            counted.append((math.prod(layer.kernel_size) * shape[2], layer.filters))
        else:
            counted.append((0, 0))
    return counted


def _with_biases(sheet: Worksheet) -> Callable[[int], Form]:
    def form(layer: int) -> Form:
        inputs, units = sheet.cell("inputs_of_a_unit", layer), sheet.cell("units", layer)
        return Form("in·units + units", lambda n: n(inputs) * n(units) + n(units))

    return form
