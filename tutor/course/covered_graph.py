"""A graph while some of its numbers are covered: those that a covered readout shows too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import graph_numbers, numbers_in
from tutor.labs.kit.readouts import COVERED_NUMBER, Edge, Graph, Node


def without_covered(graph: Graph, lab: Lab, covered: Iterable[str]) -> Graph:
    """The graph with ``COVERED_NUMBER`` for each number that one of the ``covered`` readouts has, by whatever name.

    What the learner set in a control is never covered.
    """
    known, set_by_hand = set(lab.readout_names()), {control.name for control in lab.controls()}
    cells = {
        lab.cell_of(name, index)
        for name in covered
        if name in known and name != graph.name
        for _, index, _ in numbers_in(lab.read(name))
    }
    cells = {cell for cell in cells if cell[0] not in set_by_hand}
    hidden = {index for *_, index, _ in graph_numbers(graph) if lab.cell_of(graph.name, index) in cells}
    if not hidden:
        return graph

    def seen(number: float | None, *index: int) -> float | None:
        return COVERED_NUMBER if index in hidden else number

    def node_seen(node: Node, i: int) -> Node:
        return replace(node, value=seen(node.value, 0, i, 0), gradient=seen(node.gradient, 0, i, 1))

    def edge_seen(edge: Edge, i: int) -> Edge:
        return replace(edge, weight=seen(edge.weight, 1, i, 0), carried=seen(edge.carried, 1, i, 1))

    counted = count()
    columns = tuple(tuple(node_seen(node, next(counted)) for node in column) for column in graph.columns)
    return replace(graph, columns=columns, edges=tuple(edge_seen(edge, i) for i, edge in enumerate(graph.edges)))
