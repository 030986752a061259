"""What is drawn of a computation graph and of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice, product

from tutor.engine.derivations.cells import Cells, stacked
from tutor.labs.computation_graph.graphs import Graph
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Edge, Node, Picture, Tile
from tutor.labs.kit.sheet import Sheet

MOST_TILES, MOST_PLACES = 36, 30
"""A tensor that has more is drawn as far as that."""


@dataclass(frozen=True)
class Done:
    """How far the steps went: which nodes have a value or a gradient, and the number that came last, such as ``∂c``."""

    has_value: Callable[[str], bool]
    has_gradient: Callable[[str], bool]
    present: str


def draw_graph(sheet: Sheet, graph: Graph, done: Done) -> None:
    """The graph as far as the steps went; marked are the node of the last step and what went into it."""
    operators, edges = {node.name: node.operation for node in graph.nodes}, list(graph.edges())
    backwards, name = done.present.startswith("∂"), done.present.removeprefix("∂")
    lit = [(operand, node.name) for _, node, _, operand in edges if name == (operand if backwards else node.name)]
    used = {target if backwards else source for source, target in lit}

    def drawn(node: str) -> tuple[Node, Cells | None, Cells | None]:
        mark = "now" if node == name else "used" if node in used else ""
        value = sheet[node] if done.has_value(node) else None
        gradient = sheet[f"∂{node}"] if done.has_gradient(node) else None
        return Node(node, operator=operators.get(node, ""), mark=mark), value, gradient

    def line(label: str, source: str, target: str) -> tuple[Edge, Cells | None, Cells | None]:
        carried = sheet[f"part {label}"] if done.has_gradient(source) else None
        return Edge(source, target, mark="used" if (source, target) in lit else ""), None, carried

    lines = [line(label, operand, node.name) for label, node, _, operand in edges]
    sheet.graph("picture", "", [[drawn(node) for node in column] for column in graph.columns()], lines)


def draw_places(sheet: Sheet, places: Sequence[str], symbol: str) -> None:
    """U, V and what comes of them, bar by bar: the places of a table in reading order, as ``12``."""
    at = list(product(range(len(places)), repeat=2))
    labels = tuple(f"{places[r]}{places[c]}" for r, c in at)
    parts = [stacked([sheet[name][r, c] for r, c in at]) for name in ("U", "V", "result")]
    both = [0.0, *parts[0].values.tolist(), *parts[1].values.tolist()]
    ends = (min(both), max(both))
    # The result has a scale of its own: a product may be far larger.
    panels = [
        (BarPanel(label, labels, low=low, high=high), cells)
        for label, cells, (low, high) in zip(("U", "V", symbol), parts, (ends, ends, (None, None)), strict=True)
    ]
    sheet.bars("places", "each place by itself", panels)


def blocks(sizes: Sequence[int]) -> Picture:
    """A tensor of this shape, a mark for each number: its last two axes are rows and columns, the others count tables.

    The colour is where a number stands along the first axis, from 1.
    """
    *outer, rows, columns = (1, 1, *sizes)
    tables = islice(product(*(range(size) for size in outer)), MOST_TILES)
    rows, columns = min(rows, MOST_PLACES), min(columns, MOST_PLACES)
    rank = len(sizes)

    def along(table: tuple[int, ...], r: int, c: int) -> float:
        place = (*table, r, c)[-rank:] if rank else (0,)
        return float(place[0] + 1)

    tiles = tuple(
        Tile(
            "·".join(str(i + 1) for i in table[2:]) if rank > 2 else "",
            tuple(tuple(along(table, r, c) for c in range(columns)) for r in range(rows)),
            marked=tuple(product(range(rows), range(columns))),
        )
        for table in tables
    )
    high = max(value for tile in tiles for row in tile.values for value in row)
    return Picture("blocks", "a ◆ for each number", tiles, 1.0, high, digits=0)
