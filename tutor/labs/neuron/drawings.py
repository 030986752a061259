"""What is drawn of the neuron: its graph and its sum, the activations over z, a layer, the tables of a batch."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import activate
from tutor.engine.derivations.cells import Cells, stacked
from tutor.engine.randomness import drawing_generator
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.pass_graph import SIGNS, Drawn
from tutor.labs.kit.readouts import Curve, Edge, LayerView, Node, Series, Tile
from tutor.labs.kit.sheet import Sheet

CURVE_Z = np.linspace(-8.0, 8.0, 81)
NARROWEST_Z, LOWEST_Y, HIGHEST_Y = 3.0, -1.5, 3.0
"""The z on both sides of 0 and the y in which all activations can be told apart."""
MOST_IN_TILE = 12
"""Rows and columns of a table of a batch that are shown at most."""
MOST_EDGES, MOST_NAMED = 1000, 9
LARGEST_ENTRY = 3
TABLES_SEED = 1


def draw_neuron(sheet: Sheet, activation: str, places: tuple[str, ...]) -> None:
    """The neuron as a graph, its products on their way into the sum, and the terms of z as bars."""
    x, w, b, products, z = (sheet[name] for name in ("x", "w", "b", "products", "z"))
    one = sheet.give("one", 1.0)
    inputs: list[Drawn] = [(Node(f"x{i}"), x[k], None) for k, i in enumerate(places)]
    weights = [(Edge(f"x{i}", "z"), w[k], None) for k, i in enumerate(places)]
    sheet.graph(
        "drawn", "", [[*inputs, (Node("1"), one, None)], [(Node("z", operator="Σ"), z, None)],
                      [(Node("y", operator=SIGNS.get(activation, activation)), sheet["y"], None)]],
        [*weights, (Edge("1", "z"), b, None), (Edge("z", "y"), None, None)],
    )  # fmt: skip
    terms = tuple(f"x{i}·w{i}" for i in places)
    sheet.graph(
        "summed", "",
        [inputs, [(Node(term), products[k], None) for k, term in enumerate(terms)],
         [(Node("sum", operator="Σ"), sheet["weighted_sum"], None)]],
        [*((Edge(f"x{i}", term), w[k], None) for k, (i, term) in enumerate(zip(places, terms, strict=True))),
         *((Edge(term, "sum"), None, None) for term in terms)],
    )  # fmt: skip
    each = [products[k] for k in range(len(places))]
    panel = BarPanel("what z is made of", (*terms, "b", "z"), low=None, digits=2, marked=("z",))
    sheet.bars("terms", "", [(panel, stacked([*each, b, z]))])
    panel = BarPanel("the products and their sum", (*terms, "sum"), low=None, digits=2, marked=("sum",))
    sheet.bars("sum_bars", "", [(panel, stacked([*each, sheet["weighted_sum"]]))])


def draw_curves(sheet: Sheet, activation: str, activations: tuple[str, ...]) -> None:
    """The activation around z, all of them over one another, and what each makes of z."""
    z, y = sheet["z"], sheet["y"]
    line = Series(activation, tuple(CURVE_Z.tolist()), tuple(activate(activation, CURVE_Z).tolist()))
    sheet.show("curve", lambda: Curve("curve", f"{activation} around z", "z", (line,), marker=(z.number, y.number)))

    def together() -> Curve:
        reach = max(NARROWEST_Z, abs(z.number))
        xs = np.linspace(-reach, reach, len(CURVE_Z))
        lines = tuple(Series(f, tuple(xs.tolist()), tuple(activate(f, xs).tolist())) for f in activations)
        inside = LOWEST_Y <= y.number <= HIGHEST_Y
        marker = (z.number, y.number) if inside else None
        return Curve("four", "y over z", "z", lines, LOWEST_Y, HIGHEST_Y, marker, cut=True)

    sheet.show("four", together)
    ways = stacked([sheet.let(f"by_{f}", sheet.activated(f, "z")) for f in activations])
    sheet.vector("ways", "y of each activation", activations, ways)
    sheet.bars("ways_bars", "", [(BarPanel("y of each activation", activations, low=None), ways)])


def draw_layer(sheet: Sheet, activation: str, places: tuple[str, ...], units: tuple[str, ...]) -> None:
    """The layer as a graph with all its numbers, and as a network without the biases."""
    x, weights, biases, z, y = (sheet[name] for name in ("x", "W", "biases", "layer_z", "layer_y"))
    inputs: list[Drawn] = [(Node(f"x{i}"), x[k], None) for k, i in enumerate(places)]
    sums: list[Drawn] = [(Node(unit, operator="Σ"), z[k], None) for k, unit in enumerate(units)]
    sign = SIGNS.get(activation, activation)
    outputs: list[Drawn] = [(Node(f"y {unit}", operator=sign), y[k], None) for k, unit in enumerate(units)]
    edges = [(Edge(f"x{i}", unit), weights[k, u], None)
             for k, i in enumerate(places) for u, unit in enumerate(units)]  # fmt: skip
    edges += [(Edge("1", unit), biases[u], None) for u, unit in enumerate(units)]
    passed = [(Edge(unit, f"y {unit}"), None, None) for unit in units]
    sheet.graph("layer_drawn", "", [[*inputs, (Node("1"), sheet["one"], None)], sums, outputs], [*edges, *passed])
    layers = ((LayerView("x", (), places), x), (LayerView("y", (), units), y))
    sheet.network("picture", "the layer drawn", layers, (weights,))


def draw_batch(sheet: Sheet, rows: int, inputs: int, neurons: int) -> None:
    """Tables of drawn numbers with the chosen sizes: a batch, the weights, what comes out; and the layer itself."""
    rng, ends = drawing_generator(TABLES_SEED), (-LARGEST_ENTRY, LARGEST_ENTRY + 1)

    def drawn(*shape: int) -> Callable[[], NDArray[np.float64]]:
        seed = int(rng.integers(2**31))
        return lambda: drawing_generator(seed).integers(*ends, shape).astype(np.float64)

    first = min(rows, MOST_IN_TILE)
    batch = sheet.give("batch", drawn(first, inputs))
    weights = sheet.give("batch_weights", drawn(inputs, neurons))
    biases = sheet.give("batch_biases", drawn(neurons))
    out = sheet.let("batch_out", batch @ weights + biases, "Σ X·W + b")
    tables = [_tile("X", batch, (rows, inputs)), _tile("W", weights, (inputs, neurons))]
    reach = float(LARGEST_ENTRY)
    sheet.picture("tables", "a batch and the weights", tables, low=-reach, high=reach, signed=True, digits=0)
    # A product of two such numbers is 4 on average, give or take its sign, and their sum grows as the root of how many.
    reach = 8 * math.sqrt(inputs)
    result = [_tile("X·W + b", out, (rows, neurons))]
    sheet.picture("result", "what comes out", result, low=-reach, high=reach, signed=True, digits=0)
    layer = ((LayerView("inputs", (), _named("x", inputs)), batch[0]),
             (LayerView("neurons", (), _named("y", neurons)), out[0]))  # fmt: skip
    sheet.network("sized", "such a layer", layer, (weights,) if inputs * neurons <= MOST_EDGES else ())


def _named(sign: str, count: int) -> tuple[str, ...]:
    return tuple(f"{sign}{i + 1}" for i in range(count)) if count <= MOST_NAMED else ()


def _tile(name: str, table: Cells, shape: tuple[int, int]) -> tuple[Tile, Cells]:
    """The table in its size, or its corner."""
    said = f"{name} ({shape[0]}, {shape[1]})" + (", a corner" if max(shape) > MOST_IN_TILE else "")
    corner = (min(shape[0], MOST_IN_TILE), min(shape[1], MOST_IN_TILE))
    return Tile(said, ()), table.viewed(corner, lambda at: at)
