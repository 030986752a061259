"""The pictures of the labs of digits and letters beside those of the test pictures: units, answers, counts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import activate
from tutor.engine.layers import Dense
from tutor.engine.network import output_name
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.images.counts import SAME_SIDES, SIDES, weighted_layers
from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.readouts import Curve, Picture, Series, Tile
from tutor.labs.kit.sheet import Sheet

BEST = 5
MOST_UNITS = 10
_REACH = 10.0


def fill_drawings(
    sheet: Sheet, spec: NetworkSpec, names: tuple[str, ...], tallied: tuple[str, ...],
    parameters: Callable[[], Parameters],
) -> None:  # fmt: skip
    """Put the pictures of units, of the best answers and of the counts on the sheet."""
    _fill_units(sheet, spec, names, parameters)
    _fill_best(sheet, spec, names)
    _fill_layer_bars(sheet, spec)
    for name, of, labels in (("side_bars", "sides", SIDES[1:-1]), ("same_side_bars", "same_sides", SAME_SIDES[1:-1])):
        _fill_sides(sheet, name, of, labels)
    _fill_tally_picture(sheet, tallied)
    sheet.show("leaky_curve", lambda: _leaky(sheet["z"].number, sheet["leaky"].values[0]))


def _fill_layer_bars(sheet: Sheet, spec: NetworkSpec) -> None:
    """How many numbers come out of each layer with parameters, counted from 1, and how many parameters it has."""
    layers = {name for name, _, _ in weighted_layers(spec)}
    made = zip(spec.named_layers, spec.shapes[1:], strict=True)
    numbers = [math.prod(shape) for (name, _), shape in made if name in layers]
    out = sheet.give("numbers out", np.array([math.prod(spec.input_shape), *numbers], dtype=float))
    names = tuple(str(place) for place in range(1, len(numbers) + 1))
    panels = [(BarPanel("numbers out", ("in", *names), digits=0), out)]
    panels.append((BarPanel("parameters", names, digits=0), sheet["layers"]))
    sheet.bars("layer_bars", "layer by layer", panels)


def _fill_sides(sheet: Sheet, name: str, of: str, labels: tuple[str, ...]) -> None:
    """The side of the picture, and after each layer, on one scale."""
    given = sheet["side"].viewed((1,), lambda _: ())
    sides = sheet[of].viewed((len(labels),), lambda at: (at[0] + 1,))
    high = sheet["side"].number
    panels = [
        (BarPanel("picture", ("side",), high=high, digits=0), given),
        (BarPanel("after each layer", labels, high=high, digits=0), sides),
    ]
    sheet.bars(name, "the side of a map", panels)


def _fill_units(sheet: Sheet, spec: NetworkSpec, names: tuple[str, ...], parameters: Callable[[], Parameters]) -> None:
    """The weights of the first units of the first layer, or of its filters, as pictures."""
    name, layer = spec.named_layers[0]
    kernel = f"{name}.kernel"
    dense = isinstance(layer, Dense)
    only = len(spec.named_layers) == 1

    def made() -> Picture:
        weights: NDArray[np.floating] = np.asarray(parameters()[kernel], dtype=float)
        shown = min(weights.shape[-1], MOST_UNITS)
        side = int(len(weights) ** 0.5)
        each = [weights[:, u].reshape(side, side) if dense else weights[:, :, 0, u] for u in range(shown)]
        most = max(float(np.abs(table).max()) for table in each) or 1.0
        labels = names if only and len(names) >= shown else tuple(str(u) for u in range(shown))
        # The weights of the chosen unit are a readout of their own.
        chosen = min(int(sheet["unit"].number), weights.shape[-1] - 1)
        tiles = (
            Tile(label, tuple(map(tuple, t.tolist())), tells=("unit_weights",) if u == chosen else ())
            for u, (label, t) in enumerate(zip(labels, each, strict=False))
        )
        label = (
            "the weights of each class" if only else f"the weights of the first {shown} of {weights.shape[-1]} units"
        )
        return Picture("all_weights", label, tuple(tiles), -most, most, signed=True, gallery=True)

    def cell(at: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        unit, row, column = at
        side = int(spec.input_shape[0] ** 0.5)
        return kernel, (row * side + column, unit) if dense else (row, column, 0, unit)

    sheet.show("all_weights", made, cell)


def _fill_best(sheet: Sheet, spec: NetworkSpec, names: tuple[str, ...]) -> None:
    """The largest confidences, the largest first."""
    output = output_name(spec)

    def order() -> list[int]:
        return [int(i) for i in np.argsort(-sheet[output][0].values, kind="stable")[:BEST]]

    def made() -> Bars:
        p, best = sheet[output][0].values, order()
        labels, values = tuple(names[c] for c in best), tuple(float(p[c]) for c in best)
        return Bars("best_bars", "its best answers", (BarPanel("confidence", labels, values, high=1.0),))

    sheet.show("best_bars", made, lambda at: (output, (0, order()[at[1]])))


def _fill_tally_picture(sheet: Sheet, tallied: tuple[str, ...]) -> None:
    tally = sheet["tally"]
    most = max(1.0, float(tally.values.max()))
    how = {"high": most, "digits": 0, "row_labels": tallied, "column_labels": tallied}
    sheet.picture("tally_picture", "true class by row, said by column", [(Tile("", ()), tally)], **how)


def _leaky(z: float, out: float) -> Curve:
    """Leaky ReLU and ReLU over z, with the chosen z as a point."""
    xs = tuple(float(x) for x in np.linspace(-_REACH, _REACH, 81))
    relu = tuple(float(y) for y in activate("relu", np.array(xs)))
    leaky = tuple(x if x > 0 else 0.1 * x for x in xs)
    lines = (Series("leaky ReLU", xs, leaky), Series("ReLU", xs, relu, "ghost"))
    return Curve("leaky_curve", "leaky ReLU", "z", lines, -_REACH / 5, _REACH, (z, out))
