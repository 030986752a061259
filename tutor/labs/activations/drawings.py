"""What is drawn of activations: value and slope over z, a gradient's way back, units that are dead, layers in a row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import activate
from tutor.engine.derivations.cells import Cells, constant, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.pass_graph import SIGNS, Drawn
from tutor.labs.kit.readouts import Curve, Edge, Node, Series, Tile
from tutor.labs.kit.sheet import Sheet

Array = NDArray[np.floating]
At = Callable[[Array], tuple[Array, Array]]
"""f and f′ of some z."""
NEAR, REACH, WIDEST_REACH, POINTS = 3.0, 6.0, 10.0, 121
TANGENT = 1.0
"""How far the tangent goes on both sides of z."""
COMPARED = ("relu", "gelu", "silu", "tanh", "sigmoid")
COMPARED_Z, COMPARED_LOW, COMPARED_HIGH = 3.0, -1.0, 2.0
MOST_LAYERS = 12


def draw_point(sheet: Sheet, activation: str, at: At) -> None:
    """f with the point on it, f′ with the same, both together, and f with its tangent."""
    z, value, slope = (sheet[name] for name in ("z", "value", "derivative"))

    def lines(near: float = REACH) -> tuple[Series, Series]:
        reach = near if abs(z.number) <= near else WIDEST_REACH
        xs = np.linspace(-reach, reach, POINTS)
        f, of_it = (Series(said, tuple(xs.tolist()), tuple(np.asarray(ys, float).tolist()))
                    for said, ys in zip(("f", "f′"), at(xs), strict=True))  # fmt: skip
        return f, of_it

    def curve(name: str, label: str, series: tuple[Series, ...], number: Cells) -> Curve:
        return Curve(name, label, "z", series, marker=(z.number, number.number))

    def tangent() -> Series:
        ends = (z.number - TANGENT, z.number + TANGENT)
        ys = tuple(value.number + slope.number * (end - z.number) for end in ends)
        return Series("its slope at z", ends, ys)

    sheet.show("curve", lambda: curve("curve", activation, lines(), value))
    sheet.show("value_curve", lambda: curve("value_curve", f"{activation}: f", lines()[:1], value))
    sheet.show("slope_curve", lambda: curve("slope_curve", f"{activation}: the slope f′", lines()[1:], slope))
    sheet.show("tangent", lambda: curve("tangent", activation, (lines(NEAR)[0], tangent()), value))

    def compared() -> Curve:
        xs = np.linspace(-COMPARED_Z, COMPARED_Z, POINTS)
        series = tuple(Series(f, tuple(xs.tolist()), tuple(activate(f, xs).tolist())) for f in COMPARED)
        return Curve("compared", "f", "z", series, COMPARED_LOW, COMPARED_HIGH, cut=True)

    sheet.show("compared", compared)


def draw_chain(sheet: Sheet, depth: int) -> None:
    """What is left of a gradient of 1 after each layer, as bars."""
    slope, layers = sheet["derivative"], min(depth, MOST_LAYERS)
    left, steps = sheet.give("enters", 1.0), []
    for layer in range(layers):
        left = sheet.let(f"left_{layer + 1}", left * slope, "what came · f′")
        steps.append(left)
    labels = tuple(str(layer + 1) for layer in range(layers))
    sheet.vector("left", "left after each layer", labels, stacked(steps), digits=6)
    panel = BarPanel("left of a gradient of 1, layer by layer", ("in", *labels), low=None, digits=4)
    sheet.bars("chain", "", [(panel, stacked([sheet["enters"], *steps]))])


def draw_stack(sheet: Sheet, alive: Callable[[], Array], width: int) -> None:
    """The gradient's size at each layer as bars, and on how many rows each unit has a slope."""
    sizes = sheet["gradient_sizes"]
    layers = tuple(str(i + 1) for i in range(len(sizes)))
    sheet.vector("earlier_gradients", "all but the last layer's", layers[:-1], sizes.viewed((len(layers) - 1,), tuple))
    panel = BarPanel("size of the gradient at each layer", layers, digits=3, marked=layers[:1])
    sheet.bars("stack_bars", "", [(panel, sizes)])
    sheet.picture(
        "units", "rows on which a unit has a slope", [(Tile("", ()), constant(alive))], low=0.0, high=16.0, digits=0,
        row_axis=("layer", 1.0, float(len(layers))), column_axis=("unit", 1.0, float(width)),
    )  # fmt: skip


def draw_two_layers(sheet: Sheet, activation: str, places: tuple[str, ...]) -> None:
    """The two layers as a graph, without and with f between; what comes out of each as bars."""
    x, first, second = sheet["x"], sheet["W1"], sheet["W2"]

    def nodes(said: str, cells: Cells, operator: str = "") -> list[Drawn]:
        return [(Node(f"{said}{i}", operator=operator), cells[k], None) for k, i in enumerate(places)]

    def edges(source: str, target: str, weights: Cells) -> list[tuple[Edge, Cells | None, Cells | None]]:
        return [(Edge(f"{source}{i}", f"{target}{j}"), weights[k, u], None)
                for k, i in enumerate(places) for u, j in enumerate(places)]  # fmt: skip

    inputs, hidden = nodes("x", x), nodes("h", sheet["hidden"], "Σ")
    into = edges("x", "h", first)
    sheet.graph(
        "layers_drawn",
        "",
        [inputs, hidden, nodes("out", sheet["two_layers"], "Σ")],
        [*into, *edges("h", "out", second)],
    )
    bent = nodes("f", sheet["activated"], SIGNS.get(activation, activation))
    between = [(Edge(f"h{i}", f"f{i}"), None, None) for i in places]
    sheet.graph(
        "bent_drawn", "", [inputs, hidden, bent, nodes("out", sheet["bent"], "Σ")],
        [*into, *between, *edges("f", "out", second)],
    )  # fmt: skip
    rows = (("two layers", "two_layers"), ("one layer", "one_layer"), ("f between", "bent"))
    panels = [(BarPanel(label, places, low=None, digits=2), sheet[name]) for label, name in rows]
    sheet.bars("compared_bars", "the two outputs", panels)
