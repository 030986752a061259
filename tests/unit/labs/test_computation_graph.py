"""The computation graph lab: values forward, gradients backward, one node at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.course.covered_drawing import without_covered
from tutor.labs.computation_graph import GRAPHS, ComputationGraphLab, backward, forward
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Covered, Graph, Picture

INPUTS = {"a": 1.5, "b": -0.5, "x": 0.75, "y": -1.25, "w": 2.0}


@pytest.fixture
def lab() -> ComputationGraphLab:
    return ComputationGraphLab()


def outcome(graph: str, **changed: float) -> float:
    """The output, by Python's own arithmetic."""
    i = {**INPUTS, **changed}
    p = 1 / (1 + math.exp(-(i["w"] * i["x"] + i["b"])))
    return {
        "sums": (i["a"] + i["b"]) * (i["b"] + 5),
        "product": i["x"] * i["y"],
        "neuron": p,
        "square": (i["x"] - i["y"]) ** 2,
        "cube": i["x"] ** 3,
        "error": (p - i["y"]) ** 2,
    }[graph]


@pytest.mark.parametrize("graph", GRAPHS)
def test_gradients_are_those_of_central_differences(graph: str) -> None:
    values = forward(GRAPHS[graph], {name: INPUTS[name] for name in GRAPHS[graph].inputs})
    gradients = backward(GRAPHS[graph], values)
    assert values[GRAPHS[graph].names[-1]] == pytest.approx(outcome(graph))
    for name in GRAPHS[graph].inputs:
        h = 1e-5
        measured = (outcome(graph, **{name: INPUTS[name] + h}) - outcome(graph, **{name: INPUTS[name] - h})) / (2 * h)
        assert gradients[name] == pytest.approx(measured, abs=1e-8), name


@pytest.mark.parametrize("graph", GRAPHS)
def test_every_value_and_gradient_is_worked_out_from_its_neighbours(lab: ComputationGraphLab, graph: str) -> None:
    lab.set("graph", graph)
    lab.press("run")
    for name in GRAPHS[graph].nodes:
        assert why(lab, f"nodes[{name.name}][value]").operands
    for name in GRAPHS[graph].names[:-1]:
        derivation = why(lab, f"nodes[{name}][gradient]")
        assert any(operand.name.startswith("∂") for operand in derivation.operands)


def test_the_curriculums_graph_node_by_node(lab: ComputationGraphLab) -> None:
    # a = 2, b = 1: c = 3, d = 6, e = 18; ∂d = c, ∂c = d, b through both
    order = [("e", 1.0), ("d", 3.0), ("c", 6.0), ("b", 9.0), ("a", 6.0)]
    for node, value in (("c", 3.0), ("d", 6.0), ("e", 18.0)):
        assert lab.lookup(f"nodes[{node}][value]") == "not yet"
        lab.press("forward")
        assert lab.lookup(f"nodes[{node}][value]") == value
        assert lab.lookup("now") == value
    for node, gradient in order:
        assert lab.lookup(f"nodes[{node}][gradient]") == "not yet"
        lab.press("backward")
        assert lab.lookup(f"nodes[{node}][gradient]") == gradient
        assert lab.lookup("now") == gradient
    assert why(lab, "nodes[b][gradient]").numbers == "6·1 + 3·1"
    assert lab.lookup("edges[c_to_b][carries]") == 6.0
    assert lab.lookup("edges[d_to_b][carries]") == 3.0


def test_a_product_of_a_node_with_itself_has_two_edges(lab: ComputationGraphLab) -> None:
    lab.set("graph", "square")
    # x − y = 3 − 4
    lab.set("y", 4)
    assert (lab.lookup("edges[f_to_d][carries]"), lab.lookup("edges[f_to_d][carries]")) == (-1.0, -1.0)
    assert (lab.lookup("gradient[d]"), lab.lookup("gradient[x]"), lab.lookup("gradient[y]")) == (-2.0, -2.0, 2.0)


def test_steps_out_of_order_are_refused_in_a_sentence(lab: ComputationGraphLab) -> None:
    with pytest.raises(ControlError, match="e, which has no value yet"):
        lab.press("backward")
    for _ in range(3):
        lab.press("forward")
    with pytest.raises(ControlError, match="now step backward"):
        lab.press("forward")
    lab.press("run")
    with pytest.raises(ControlError, match="reset to begin again"):
        lab.press("backward")
    lab.press("reset")
    assert lab.lookup("nodes[c][value]") == "not yet"
    with pytest.raises(ControlError, match="no control 'nothing'"):
        lab.press("nothing")


def test_another_graph_begins_anew_and_another_input_moves_what_is_there(lab: ComputationGraphLab) -> None:
    lab.press("run")
    lab.set("a", 0)
    assert lab.lookup("nodes[e][value]") == 6.0
    lab.set("graph", "product")
    assert lab.lookup("nodes[f][value]") == "not yet"


def test_it_goes_on_where_it_was(lab: ComputationGraphLab) -> None:
    lab.set("graph", "neuron")
    lab.press("forward")
    twin = lab.twin()
    assert twin.read("nodes") == lab.read("nodes")
    assert twin.lookup("nodes[m][value]") == 1.5
    assert twin.lookup("nodes[z][value]") == "not yet"


def test_the_picture_fills_as_the_steps_go(lab: ComputationGraphLab) -> None:
    lab.set("graph", "cube")
    picture = lab.read("picture")
    assert isinstance(picture, Graph)
    assert [[node.label for node in column] for column in picture.columns] == [["x"], ["s"], ["f"]]
    assert [(edge.source, edge.target) for edge in picture.edges] == [("x", "s"), ("x", "s"), ("s", "f"), ("x", "f")]
    assert picture.columns[2][0].value is None
    lab.press("forward")
    marks = {node.label: node.mark for column in lab.read("picture").columns for node in column}  # type: ignore[union-attr]
    assert marks == {"x": "used", "s": "now", "f": ""}
    lab.press("run")
    assert lab.lookup("picture[f][value]") == 27.0
    assert lab.lookup("picture[x][gradient]") == 27.0  # 3x² at 3
    assert lab.lookup("picture[s_to_f][carried]") == 3.0


@pytest.mark.parametrize(("rank", "shape", "entries"), [(0, "()", 1), (1, "(2,)", 2), (3, "(2, 3, 4)", 24)])
def test_shapes_as_python_writes_them(lab: ComputationGraphLab, rank: int, shape: str, entries: int) -> None:
    lab.set("rank", rank)
    assert (lab.lookup("shape"), lab.lookup("entries")) == (shape, entries)
    assert why(lab, "entries").value == entries


@pytest.mark.parametrize(("operation", "expected"), [("add", 8.0), ("subtract", -4.0), ("multiply", 12.0)])
def test_tensors_meet_place_by_place(lab: ComputationGraphLab, operation: str, expected: float) -> None:
    # Row 1, column 2: 2 and 6. The matrix product has 1·6 + 2·8 there.
    lab.set("operation", operation)
    assert lab.lookup("result[1][2]") == expected
    assert why(lab, "result[1][2]").value == expected


@pytest.mark.parametrize("extreme", [-10.0, 10.0])
def test_the_ends_of_the_controls_are_finite(lab: ComputationGraphLab, extreme: float) -> None:
    for graph in GRAPHS:
        lab.set("graph", graph)
        for name in INPUTS:
            lab.set(name, extreme)
        for readout in ("value", "gradient"):
            values = lab.read(readout).values  # type: ignore[union-attr]
            assert all(math.isfinite(value) for value in values)  # type: ignore[arg-type]


# Pictures


@pytest.mark.parametrize(
    ("sizes", "tables", "shape"),
    [((), 1, (1, 1)), ((4,), 1, (1, 4)), ((2, 3), 1, (2, 3)), ((2, 3, 4), 2, (3, 4)), ((3, 2, 4, 5), 6, (4, 5))],
)
def test_a_tensor_has_a_mark_for_each_number_coloured_along_its_first_axis(
    lab: ComputationGraphLab, sizes: tuple[int, ...], tables: int, shape: tuple[int, int]
) -> None:
    lab.set("rank", len(sizes))
    lab.set("sizes", [*sizes, 5, 5, 5, 5][:4])
    drawn = lab.read("blocks")
    assert isinstance(drawn, Picture)
    assert len(drawn.tiles) == tables
    assert {(len(tile.values), len(tile.values[0])) for tile in drawn.tiles} == {shape}
    assert sum(len(tile.marked) for tile in drawn.tiles) == math.prod(sizes) == lab.lookup("entries")
    # NumPy's own counting along the first axis, in the order in which the numbers lie.
    expected = (np.indices(sizes)[0] + 1).ravel().tolist() if sizes else [1]
    assert [v for tile in drawn.tiles for row in tile.values for v in row] == expected


def test_a_huge_tensor_is_drawn_as_far_as_there_is_room(lab: ComputationGraphLab) -> None:
    lab.set("rank", 4)
    lab.set("sizes", [100, 100, 100, 100])
    drawn = lab.read("blocks")
    assert isinstance(drawn, Picture)
    assert len(drawn.tiles) <= 40
    assert len(drawn.tiles[0].values) <= 30


def test_each_place_meets_its_own_as_bars(lab: ComputationGraphLab) -> None:
    lab.set("U", [[1, 2], [3, -4]])
    lab.set("V", [[5, 6], [-7, 8]])
    lab.set("operation", "multiply")
    drawn = lab.read("places")
    assert isinstance(drawn, Bars)
    assert [panel.label for panel in drawn.panels] == ["U", "V", "U·V"]
    assert [panel.values for panel in drawn.panels] == [(1, 2, 3, -4), (5, 6, -7, 8), (5, 12, -21, -32)]
    covered = without_covered(drawn, lab, {"result"})
    assert isinstance(covered, Bars)
    assert covered.panels[:2] == drawn.panels[:2]
    assert all(isinstance(value, Covered) for value in covered.panels[2].values)


def test_only_what_is_asked_is_covered_in_the_graph(lab: ComputationGraphLab) -> None:
    """b is asked: what reaches it and a is covered, the values and the gradients on the way there are not."""
    lab.press("run")
    drawn = lab.read("picture")
    assert isinstance(drawn, Graph)
    seen = without_covered(drawn, lab, {"input_gradients", "input_parts"})
    assert isinstance(seen, Graph)
    nodes = {node.label: node for column in seen.columns for node in column}
    assert {name for name, node in nodes.items() if isinstance(node.gradient, Covered)} == {"a", "b"}
    assert (nodes["c"].gradient, nodes["d"].gradient, nodes["e"].value) == (6, 3, 18)
    carried = {(edge.source, edge.target): isinstance(edge.carried, Covered) for edge in seen.edges}
    assert carried == {("a", "c"): True, ("b", "c"): True, ("b", "d"): True, ("c", "e"): False, ("d", "e"): False}


def test_the_lines_of_the_step_in_hand_are_lit(lab: ComputationGraphLab) -> None:
    lab.press("forward")

    def lit() -> set[tuple[str, str]]:
        drawn = lab.read("picture")
        assert isinstance(drawn, Graph)
        return {(edge.source, edge.target) for edge in drawn.edges if edge.mark}

    assert lit() == {("a", "c"), ("b", "c")}
    for name in ("forward", "forward", "backward", "backward", "backward", "backward"):
        lab.press(name)
    # Now b, which has its gradient from both that use it.
    assert lit() == {("b", "c"), ("b", "d")}
