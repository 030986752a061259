"""Small calculations as graphs: values forward, gradients backward."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tutor.engine.activations import sigmoid, sigmoid_slope


@dataclass(frozen=True)
class Node:
    """An operation, ``+``, ``−``, ``·`` or ``σ``, on other nodes by name, or on constants."""

    name: str
    operation: str
    operands: tuple[str | float, ...]

    @property
    def formula(self) -> str:
        """The formula, such as ``b + 5``."""
        names = [o if isinstance(o, str) else f"{o:g}" for o in self.operands]
        if self.operation == "σ":
            return f"σ({names[0]})"
        return self.operation.join(names) if self.operation == "·" else f" {self.operation} ".join(names)


@dataclass(frozen=True)
class Graph:
    """Inputs, and operations in topological order; the last is the output."""

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All nodes with a value: the inputs, then the operations."""
        return (*self.inputs, *(node.name for node in self.nodes))

    def edges(self) -> Iterator[tuple[str, Node, int, str]]:
        """For each edge a label such as ``e→c``, the operation, the operand's index and name; none for constants."""
        for node in self.nodes:
            for place, operand in enumerate(node.operands):
                if isinstance(operand, str):
                    again = "′" * node.operands[:place].count(operand)
                    yield f"{node.name}→{operand}{again}", node, place, operand

    def columns(self) -> list[list[str]]:
        """Names by how far they are from the inputs; an input stands right before the first operation that uses it."""
        depth: dict[str, int] = {}
        for node in self.nodes:
            depth[node.name] = 1 + max((depth.get(o, 0) for o in node.operands if isinstance(o, str)), default=0)
        for name in self.inputs:
            depth[name] = min(depth[node.name] for _, node, _, operand in self.edges() if operand == name) - 1
        return [[name for name in self.names if depth[name] == at] for at in range(max(depth.values()) + 1)]


_ERROR = (
    Node("m", "·", ("w", "x")), Node("z", "+", ("m", "b")), Node("p", "σ", ("z",)),
    Node("d", "−", ("p", "y")), Node("f", "·", ("d", "d")),
)  # fmt: skip
GRAPHS = {
    "sums": Graph(("a", "b"), (Node("c", "+", ("a", "b")), Node("d", "+", ("b", 5.0)), Node("e", "·", ("c", "d")))),
    "product": Graph(("x", "y"), (Node("f", "·", ("x", "y")),)),
    "neuron": Graph(("w", "x", "b"), _ERROR[:3]),
    "square": Graph(("x", "y"), (Node("d", "−", ("x", "y")), Node("f", "·", ("d", "d")))),
    "cube": Graph(("x",), (Node("s", "·", ("x", "x")), Node("f", "·", ("s", "x")))),
    "error": Graph(("w", "x", "b", "y"), _ERROR),
}


def forward(graph: Graph, inputs: Mapping[str, float]) -> dict[str, float]:
    """The value of every node, operands first."""
    values = dict(inputs)
    for node in graph.nodes:
        operands = [values[o] if isinstance(o, str) else o for o in node.operands]
        match node.operation:
            case "+":
                values[node.name] = operands[0] + operands[1]
            case "−":
                values[node.name] = operands[0] - operands[1]
            case "·":
                values[node.name] = operands[0] * operands[1]
            case "σ":
                values[node.name] = float(sigmoid(np.asarray(operands[0])))
    return values


def slope(node: Node, place: int, values: Mapping[str, float]) -> float:
    """The partial derivative of the node's value by its operand at index ``place``."""
    match node.operation:
        case "·":
            other = node.operands[1 - place]
            return values[other] if isinstance(other, str) else other
        case "σ":
            z, out = values[str(node.operands[0])], values[node.name]
            return float(sigmoid_slope(np.asarray(z), np.asarray(out)))
        case "−" if place == 1:
            return -1.0
    return 1.0


def backward(graph: Graph, values: Mapping[str, float]) -> dict[str, float]:
    """The gradient of the output by every node: each passes its gradient to its operands, which add what they get."""
    gradients = dict.fromkeys(graph.names, 0.0)
    gradients[graph.names[-1]] = 1.0
    for node in reversed(graph.nodes):
        for place, operand in enumerate(node.operands):
            if isinstance(operand, str):
                gradients[operand] += gradients[node.name] * slope(node, place, values)
    return gradients


def slope_formula(node: Node, place: int) -> str:
    """The partial derivative of the node by its operand at index ``place``, in words."""
    match node.operation:
        case "·":
            other = node.operands[1 - place]
            return other if isinstance(other, str) else f"{other:g}"
        case "σ":
            return f"{node.name}·(1 − {node.name})"
        case "−" if place == 1:
            return "(−1)"
    return "1"


def in_python(node: Node) -> str:
    """The node's formula as TensorFlow is told it."""
    names = [o if isinstance(o, str) else str(o) for o in node.operands]
    return (
        f"tf.sigmoid({names[0]})"
        if node.operation == "σ"
        else {"+": "{} + {}", "−": "{} - {}", "·": "{} * {}"}[node.operation].format(*names)
    )
