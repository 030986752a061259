"""The answer to the picture on the canvas, and the output of a unit of the first layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import activate
from tutor.engine.convolution import conv2d
from tutor.engine.derivations.cells import Name
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.network import output_name
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.readouts import Picture, Table, Tile
from tutor.labs.kit.sheet import Sheet

Canvas = NDArray[np.float64]
Values = Callable[[], NDArray[Any]]

BEST, IN_A_LINE = 5, 4
DRAW = "draw something"


def as_row(spec: NetworkSpec, canvas: Canvas, scale: float) -> NDArray[Any]:
    """The canvas (side, side), from 0 to 1, as the network's input; ``scale`` is the factor for bytes."""
    return (canvas * (255 * scale)).astype(spec.dtype).reshape(1, *spec.input_shape)


def fill_answer(sheet: Sheet, spec: NetworkSpec, thing: str, names: tuple[str, ...], drawn: bool) -> None:
    """Put the network's answer on the sheet, whose pass has the canvas as row 0; ``drawn``: it is not empty."""
    output = output_name(spec)
    p = sheet[output][0]

    def best(count: int) -> list[int]:
        return [int(place) for place in np.argsort(-p.values, kind="stable")[:count]]

    def top_five() -> Table:
        label = "its best answers" if drawn else f"{DRAW}: of an empty canvas it says"
        rows = tuple((names[c], float(p.values[c])) for c in best(BEST))
        return Table("top_five", label, (thing, "confidence"), rows, digits=3)

    def in_a_line() -> str:
        return " ".join(f"{names[c]}:{p.values[c]:.2f}" for c in best(IN_A_LINE))

    label = "confidence" if drawn else "confidence in an empty canvas"
    sheet.vector("confidences", label, names, p, digits=3, bars=True)
    sheet.text("best_answers", "it says", in_a_line if drawn else DRAW)
    sheet.show("top_five", top_five, lambda at: (output, (0, best(BEST)[at[0]])))
    sheet.number("confidence_sum", "all together", p.sum(), "Σ p", digits=3)
    sheet.text("winner", "it says", (lambda: names[best(1)[0]]) if drawn else DRAW)


@dataclass(frozen=True)
class _Unit:
    """A unit of the first layer, or one of its filters: its weights and its output for the canvas, (rows, columns)
    each, with their cells.
    """

    weights_label: str
    weights: Values
    weight: Name
    seen_label: str
    seen: Values
    pixel: Name
    two_sided: bool
    """Whether the colour scale of the output is always two-sided around 0."""


def fill_unit(sheet: Sheet, spec: NetworkSpec, wanted: int, parameters: Callable[[], Parameters], row: Values) -> None:
    """Put the weights of the unit of the first layer nearest to ``wanted``, and its output for ``row``, on the sheet.

    Neither needs a pass of the whole network.
    """
    name, layer = spec.named_layers[0]
    if isinstance(layer, Conv2D):
        unit = _filter(name, layer, min(wanted, layer.filters - 1), parameters, row)
    else:
        assert isinstance(layer, Dense)
        unit = _dense_unit(sheet, name, min(wanted, layer.units - 1), math.isqrt(spec.input_shape[0]), parameters, row)
    sheet.show("unit_weights", lambda: _picture("unit_weights", unit.weights_label, unit.weights()), unit.weight)
    sheet.show("unit_sees", lambda: _picture("unit_sees", unit.seen_label, unit.seen(), unit.two_sided), unit.pixel)


def _filter(name: str, layer: Conv2D, unit: int, parameters: Callable[[], Parameters], row: Values) -> _Unit:
    kernel, one = f"{name}.kernel", slice(unit, unit + 1)

    def map_of() -> NDArray[Any]:
        weights, bias = parameters()[kernel][..., one], parameters()[f"{name}.bias"][one]
        return activate(layer.activation, conv2d(row(), weights, bias, layer.strides, layer.padding))[0, :, :, 0]

    return _Unit(
        f"weights of filter {unit}", lambda: parameters()[kernel][:, :, 0, unit], lambda at: (kernel, (*at, 0, unit)),
        f"what filter {unit} makes of it", map_of, lambda at: (f"{name}.out", (0, *at, unit)), False,
    )  # fmt: skip


def _dense_unit(
    sheet: Sheet, name: str, unit: int, side: int, parameters: Callable[[], Parameters], row: Values
) -> _Unit:
    kernel = f"{name}.kernel"
    weights = sheet[kernel].last(unit).computed(lambda: parameters()[kernel][:, unit])
    pixels = sheet["input"][0].computed(lambda: row()[0])
    added = sheet.let("unit_sees", pixels * weights, "pixel·weight")
    return _Unit(
        f"weights of unit {unit}", lambda: weights.values.reshape(side, side),
        lambda at: (kernel, (at[0] * side + at[1], unit)),
        f"what each pixel adds in unit {unit}", lambda: added.values.reshape(side, side),
        lambda at: ("unit_sees", (at[0] * side + at[1],)), True,
    )  # fmt: skip


def _picture(name: str, label: str, values: NDArray[Any], two_sided: bool = True) -> Picture:
    reach = float(np.abs(values).max()) or 1.0
    signed = two_sided or bool((values < 0).any())
    rows = tuple(map(tuple, values.tolist()))
    return Picture(name, label, (Tile(label, rows),), -reach if signed else 0.0, reach, signed)
