"""The numbers inside charts and graphs: their places and indices, and the same drawing with some of them replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow, Scatter, Spot
from tutor.labs.kit.labels import place_id
from tutor.labs.kit.readouts import Edge, Graph, Node, Picture, Tile

Index = tuple[int, ...]
Drawn = Bars | DotPlot | Scatter | Graph
Coverable = Drawn | Picture
Change = Callable[[Index, float], float]


def drawn_numbers(readout: Coverable) -> Iterator[tuple[tuple[str, str], Index, float]]:
    """Every number of a drawing that is there now: its last two places, its index, its value.

    Bars and dots have the index (panel or row, place), with the mean and the spread after the dots; points on a plane
    (point, 0 for x or 1 for y). The nodes of a graph are counted in reading order at (0, node, 0 for the value or 1 for
    the gradient), its edges at (1, edge, 0 for the weight or 1 for what is carried back).
    """
    match readout:
        case Bars(panels=panels):
            for i, panel in enumerate(panels):
                for k, (label, value) in enumerate(zip(panel.labels, panel.values, strict=True)):
                    yield (place_id(panel.label), place_id(label)), (i, k), value
        case DotPlot(rows=rows):
            for i, row in enumerate(rows):
                marks = (*zip(row.labels, row.values, strict=True), ("mean", row.mean), ("spread", row.spread))
                for k, (label, number) in enumerate(marks):
                    if number is not None:
                        yield (place_id(row.label), place_id(label)), (i, k), number
        case Scatter(spots=spots):
            for i, spot in enumerate(spots):
                for k, (axis, value) in enumerate((("x", spot.x), ("y", spot.y))):
                    yield (place_id(spot.label), axis), (i, k), value
        case Graph():
            yield from _graph_numbers(readout)
        case Picture(tiles=tiles):
            for i, tile in enumerate(tiles):
                for r, numbers in enumerate(tile.values):
                    for c, value in enumerate(numbers):
                        yield (str(r), str(c)), (i, r, c) if len(tiles) > 1 else (r, c), value


def _graph_numbers(graph: Graph) -> Iterator[tuple[tuple[str, str], Index, float]]:
    nodes = [node for column in graph.columns for node in column]
    for i, node in enumerate(nodes):
        for k, (part, value) in enumerate((("value", node.value), ("gradient", node.gradient))):
            if value is not None:
                yield (place_id(node.label), part), (0, i, k), value
    for i, edge in enumerate(graph.edges):
        for k, (part, value) in enumerate((("weight", edge.weight), ("carried", edge.carried))):
            if value is not None:
                yield (place_id(f"{edge.source}→{edge.target}"), part), (1, i, k), value


def with_numbers(readout: Coverable, change: Change) -> Coverable:
    """The drawing with ``change(index, value)`` in place of every number that is there."""

    def new(number: float | None, *index: int) -> float | None:
        return None if number is None else change(index, number)

    def panel_changed(panel: BarPanel, i: int) -> BarPanel:
        return replace(panel, values=tuple(change((i, k), value) for k, value in enumerate(panel.values)))

    def row_changed(row: DotRow, i: int) -> DotRow:
        values, dots = tuple(change((i, k), value) for k, value in enumerate(row.values)), len(row.labels)
        return replace(row, values=values, mean=new(row.mean, i, dots), spread=new(row.spread, i, dots + 1))

    def spot_changed(spot: Spot, i: int) -> Spot:
        return replace(spot, x=change((i, 0), spot.x), y=change((i, 1), spot.y))

    def node_changed(node: Node, i: int) -> Node:
        return replace(node, value=new(node.value, 0, i, 0), gradient=new(node.gradient, 0, i, 1))

    def tile_changed(tile: Tile, *of_several: int) -> Tile:
        rows = (
            tuple(change((*of_several, r, c), value) for c, value in enumerate(row))
            for r, row in enumerate(tile.values)
        )
        return replace(tile, values=tuple(rows))

    def edge_changed(edge: Edge, i: int) -> Edge:
        return replace(edge, weight=new(edge.weight, 1, i, 0), carried=new(edge.carried, 1, i, 1))

    match readout:
        case Bars():
            return replace(readout, panels=tuple(panel_changed(p, i) for i, p in enumerate(readout.panels)))
        case DotPlot():
            return replace(readout, rows=tuple(row_changed(row, i) for i, row in enumerate(readout.rows)))
        case Scatter():
            return replace(readout, spots=tuple(spot_changed(spot, i) for i, spot in enumerate(readout.spots)))
        case Picture(tiles=(tile,)):
            return replace(readout, tiles=(tile_changed(tile),))
        case Picture():
            return replace(readout, tiles=tuple(tile_changed(t, i) for i, t in enumerate(readout.tiles)))
        case Graph():
            counted = count()
            columns = tuple(tuple(node_changed(node, next(counted)) for node in column) for column in readout.columns)
            edges = tuple(edge_changed(edge, i) for i, edge in enumerate(readout.edges))
            return replace(readout, columns=columns, edges=edges)
