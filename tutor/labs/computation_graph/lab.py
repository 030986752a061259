"""Computation graphs: values forward and gradients backward, node by node; tensors by rank and shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

import numpy as np

from tutor.engine.activations import sigmoid, sigmoid_slope
from tutor.engine.derivations.cells import Cells, constant, stacked, sum_of
from tutor.engine.derivations.rules.activated import slope_forms
from tutor.labs.computation_graph import drawings
from tutor.labs.computation_graph.graphs import (
    GRAPHS,
    Graph,
    Node,
    backward,
    forward,
    in_python,
    slope,
    slope_formula,
)
from tutor.labs.kit.contract import Group, Lab, LabState
from tutor.labs.kit.controls import (
    ActionControl,
    ChoiceControl,
    Control,
    ControlError,
    MatrixControl,
    NumberControl,
    VectorControl,
)
from tutor.labs.kit.readouts import Table
from tutor.labs.kit.sheet import Sheet
from tutor.training.keras_program import KerasProgram

NOT_YET = "not yet"
PLACES = ("1", "2")
AXES = ("1", "2", "3", "4")
INPUT_DEFAULTS = {"a": 2.0, "b": 1.0, "x": 3.0, "y": 2.0, "w": 0.5}
TENSOR_OPERATIONS = ("add", "subtract", "multiply")


class ComputationGraphLab(Lab):
    """A few graphs to walk through in both directions, and tensors to add and multiply."""

    id = "computation-graph"
    title = "A computation graph"
    program_label = "the same with TensorFlow's tape"
    _done = 0

    def controls(self) -> tuple[Control, ...]:
        """The graph and its inputs, the steps through it; then the tensors."""
        inputs = (
            NumberControl(name, name, -10, 10, 0.5, default, help=f"an input of {', '.join(_graphs_with(name))}")
            for name, default in INPUT_DEFAULTS.items()
        )
        return (
            ChoiceControl("graph", "graph", tuple(GRAPHS), "sums", "which calculation"),
            *inputs,
            ActionControl("forward", "forward", "w", "give the next node its value"),
            ActionControl("backward", "backward", "k", "give the node before its gradient"),
            ActionControl("run", "run all", "e", "every value and every gradient"),
            ActionControl("reset", "reset", "r", "forget all values and gradients"),
            NumberControl("rank", "rank", 0, 4, 1, 2, integer=True, help="how many axes the tensor has"),
            VectorControl(
                "sizes", "size of each axis", AXES, 1, 100, 1, (2, 3, 4, 5), "as many as the rank", integer=True
            ),
            MatrixControl("U", "U", PLACES, PLACES, -20, 20, 1, ((1, 2), (3, 4)), "a tensor of shape (2, 2)"),
            MatrixControl("V", "V", PLACES, PLACES, -20, 20, 1, ((5, 6), (7, 8)), "another of the same shape"),
            ChoiceControl("operation", "operation", TENSOR_OPERATIONS, "multiply", "place by place"),
        )

    def groups(self) -> tuple[Group, ...]:
        """The graph, its edges, tensors, the program."""
        steps = ("forward", "backward", "run", "reset")
        return (
            Group("Graph", ("graph", *INPUT_DEFAULTS, *steps, "expression", "picture", "nodes", "now")),
            Group("Edges", ("edges", "counts")),
            Group("Rank and shape", ("rank", "sizes", "shape", "entries", "blocks")),
            Group("Place by place", ("operation", "U", "V", "result", "places")),
            Group("Keras", ("keras",)),
        )

    def places_in_use(self, name: str) -> int | None:
        """A tensor has as many axes as its rank."""
        return int(self.number("rank")) if name == "sizes" else None

    def at_stake(self, name: str) -> str:
        """The computed values and gradients."""
        return "the values and gradients" if name in ("reset", "graph") and self._done else ""

    def changed(self, name: str) -> None:
        """Start again for another graph; recompute the values for another input."""
        if name == "graph":
            self._done = 0

    def press(self, name: str) -> str:
        """Do one node forward or backward, all of them, or reset."""
        graph, done = self._graph, self._done
        forwards, most = len(graph.nodes), len(graph.nodes) + len(graph.names)
        match name:
            case "forward" if done >= forwards:
                raise ControlError(f"every node has its value, up to {graph.names[-1]}; now step backward")
            case "backward" if done < forwards:
                raise ControlError(f"gradients begin at {graph.names[-1]}, which has no value yet; step forward first")
            case "backward" if done >= most:
                raise ControlError(f"every node has its gradient, down to {graph.names[0]}; reset to begin again")
            case "forward" | "backward":
                self._done += 1
            case "run":
                self._done = most
            case "reset":
                self._done = 0
            case _:
                return super().press(name)
        return ""

    def state(self) -> LabState:
        """The controls, and the number of steps done."""
        return LabState({**super().state().values, "done": self._done})

    def restore(self, state: LabState) -> None:
        """Restore the controls and the steps."""
        super().restore(state)
        done = state.values.get("done", 0)
        most = len(self._graph.nodes) + len(self._graph.names)
        self._done = done if isinstance(done, int) and 0 <= done <= most else 0

    def beside_controls(self) -> object:
        """The number of steps done."""
        return self._done

    def fill(self, sheet: Sheet) -> None:
        """Every value from its operands, every gradient from those of the nodes that use it; the tensors."""
        self._fill_values(sheet)
        self._fill_gradients(sheet)
        self._fill_shown(sheet)
        self._fill_tensors(sheet)

    def _fill_values(self, sheet: Sheet) -> None:
        for node in self._graph.nodes:
            operands = [sheet[o] if isinstance(o, str) else constant(o) for o in node.operands]
            match node.operation:
                case "+":
                    sheet.let(node.name, operands[0] + operands[1], node.formula)
                case "−":
                    sheet.let(node.name, operands[0] - operands[1], node.formula)
                case "·":
                    sheet.let(node.name, operands[0] * operands[1], node.formula)
                case "σ":
                    sheet.let(node.name, sheet.activated("sigmoid", str(node.operands[0])))

    def _fill_gradients(self, sheet: Sheet) -> None:
        graph, gradients = self._graph, backward(self._graph, self._values_forward())
        sheet.give(f"∂{graph.names[-1]}", 1.0)
        for name in graph.names[-2::-1]:
            users = [(node, place) for _, node, place, used in graph.edges() if used == name]
            parts = [sheet[f"∂{node.name}"] * self._slope(sheet, node, place) for node, place in users]
            formula = " + ".join(f"∂{node.name}·{slope_formula(node, place)}" for node, place in users)
            sheet.let(f"∂{name}", sum_of(parts).computed(gradients[name]), formula)
        for label, node, place, _ in graph.edges():
            rate, formula = self._slope(sheet, node, place), slope_formula(node, place)
            sheet.let(f"slope {label}", rate, formula)
            sheet.let(f"part {label}", sheet[f"∂{node.name}"] * rate, f"∂{node.name}·{formula}")

    def _slope(self, sheet: Sheet, node: Node, place: int) -> Cells:
        """The partial derivative of a node by its operand at index ``place``, with its formula."""
        values, cell = self._values_forward(), sheet.worksheet.cell
        match node.operation:
            case "·":
                other = node.operands[1 - place]
                return sheet[other] if isinstance(other, str) else constant(other)
            case "σ":
                form = slope_forms("sigmoid", cell(str(node.operands[0])), cell(node.name))[0]
                return Cells(np.asarray(slope(node, place, values)), lambda n, _: form.numbers(n))
        return constant(slope(node, place, values))

    def _fill_shown(self, sheet: Sheet) -> None:
        graph, names = self._graph, self._graph.names
        said = ", ".join(f"{node.name} = {node.formula}" for node in graph.nodes)
        sheet.text("expression", "the graph", said)
        done = drawings.Done(self._has_value, self._has_gradient, self._present() if self._done else "")
        drawings.draw_graph(sheet, graph, done)
        of_column = {2: "", 3: "∂"}
        sheet.show("nodes", self._nodes, lambda at: (of_column[at[1]] + names[at[0]], ()))
        sheet.arithmetic("now", "the last step", self._present())
        sheet.vector("value", "values", names, stacked([sheet[name] for name in names]))
        sheet.vector("gradient", "gradients", names, stacked([sheet[f"∂{name}"] for name in names]))
        sheet.number("output", f"value of {names[-1]}", sheet[names[-1]])
        slopes = stacked([sheet[f"∂{name}"] for name in graph.inputs])
        sheet.vector("input_gradients", "gradients of the inputs", graph.inputs, slopes)
        ends = [label for label, _, _, operand in graph.edges() if operand in graph.inputs]
        parts = stacked([sheet[f"part {label}"] for label in ends])
        sheet.vector("input_parts", "what reaches the inputs", tuple(ends), parts)
        labels = tuple(label for label, *_ in graph.edges())
        columns = [stacked([sheet[f"{part} {label}"] for label in labels]) for part in ("slope", "part")]
        sheet.table("edges", "what goes back along each edge", ("edge", "slope", "carries"), labels, columns)
        sizes = (len(graph.inputs), len(graph.nodes), len(labels))
        sheet.vector("counts", "how many", ("inputs", "operations", "edges"), sizes, digits=0)

    def _fill_tensors(self, sheet: Sheet) -> None:
        axes, u, v, operation = range(int(self.number("rank"))), sheet["U"], sheet["V"], self.word("operation")
        sizes = [sheet["sizes"][axis] for axis in axes]
        shown = ", ".join(f"{size.number:g}" for size in sizes)
        sheet.text("shape", "shape", f"({shown},)" if len(sizes) == 1 else f"({shown})")
        product = reduce(mul, sizes) if sizes else constant(1.0)
        sheet.number("entries", "numbers in it", product, "the sizes multiplied", digits=0)
        added = sum_of(sizes) if sizes else constant(0.0)
        sheet.number("sizes_added", "sizes added", added, "Σ sizes", digits=0)
        symbol, result = {"add": ("U + V", u + v), "subtract": ("U − V", u - v), "multiply": ("U·V", u * v)}[operation]
        sheet.matrix("result", operation, PLACES, PLACES, result, f"{symbol}, place by place")
        drawings.draw_places(sheet, PLACES, symbol)
        whole = [int(size.number) for size in sizes]
        sheet.show("blocks", lambda: drawings.blocks(whole), counted=True)

    def motions(self) -> tuple[str, ...]:
        """Forward, then backward."""
        return ("forward", "backward")

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """The forward and backward walk, and the engine's functions for them."""
        return (forward, backward, slope, sigmoid, sigmoid_slope)

    def keras_program(self) -> KerasProgram:
        """The graph on TensorFlow's tape."""
        graph = self._graph
        variables = "\n".join(f"{name} = tf.Variable({float(self.number(name))})" for name in graph.inputs)
        lines = "\n".join(f"    {node.name} = {in_python(node)}" for node in graph.nodes)
        names = ", ".join(graph.names)
        source = f"""\
import tensorflow as tf

{variables}

with tf.GradientTape() as tape:
{lines}

nodes = [{names}]
gradients = tape.gradient({graph.names[-1]}, nodes)
values = tf.stack(nodes)
gradients = tf.stack(gradients)
"""
        return KerasProgram(source, {"value": "values", "gradient": "gradients"})

    @property
    def _graph(self) -> Graph:
        return GRAPHS[self.word("graph")]

    def _values_forward(self) -> dict[str, float]:
        return forward(self._graph, {name: float(self.number(name)) for name in self._graph.inputs})

    def _has_value(self, name: str) -> bool:
        return self._graph.names.index(name) < len(self._graph.inputs) + self._done

    def _has_gradient(self, name: str) -> bool:
        graph = self._graph
        return len(graph.names) - graph.names.index(name) <= self._done - len(graph.nodes)

    def _present(self) -> str:
        """The worksheet's name for the result of the last step; the first input before any step."""
        graph, backwards = self._graph, self._done - len(self._graph.nodes)
        if backwards > 0:
            return f"∂{graph.names[-backwards]}"
        return graph.nodes[self._done - 1].name if self._done else graph.names[0]

    def _nodes(self) -> Table:
        """All nodes with the values and gradients computed so far."""
        graph, values = self._graph, self._values_forward()
        gradients, formula = backward(graph, values), {node.name: node.formula for node in self._graph.nodes}
        rows = tuple(
            (n, formula.get(n, "input"), values[n] if self._has_value(n) else NOT_YET,
             gradients[n] if self._has_gradient(n) else NOT_YET)
            for n in graph.names
        )  # fmt: skip
        return Table("nodes", f"values, and gradients of {graph.names[-1]}", _NODE_COLUMNS, rows)


_NODE_COLUMNS = ("node", "is", "value", "gradient")


def _graphs_with(name: str) -> list[str]:
    return [graph for graph, has in GRAPHS.items() if name in has.inputs]
