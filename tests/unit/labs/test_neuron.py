"""What is drawn of the neuron, against numbers worked by hand and NumPy written out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.covered_drawing import without_covered
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import Covered, Curve, Graph, Network, Picture
from tutor.labs.neuron import NeuronLab


@pytest.fixture
def lab() -> NeuronLab:
    lab = NeuronLab()
    lab.set("x", (3, -2))
    lab.set("w", (0.5, 1.5))
    lab.set("b", 1)
    return lab


def values(graph: Graph) -> dict[str, float | None]:
    return {node.label: node.value for column in graph.columns for node in column}


def test_the_graphs_hold_the_products_the_sum_and_the_output(lab: NeuronLab) -> None:
    summed = lab.read("summed")
    assert isinstance(summed, Graph)
    # 3·0.5 and −2·1.5
    assert values(summed) == {"x1": 3, "x2": -2, "x1·w1": 1.5, "x2·w2": -3, "sum": -1.5}
    assert lab.lookup("summed[x1_to_x1.w1][weight]") == 0.5
    drawn = lab.read("drawn")
    assert isinstance(drawn, Graph)
    assert values(drawn)["z"] == -0.5
    assert values(drawn)["y"] == pytest.approx(1 / (1 + math.exp(0.5)))


def test_the_bars_are_the_terms_of_z(lab: NeuronLab) -> None:
    terms = lab.read("terms")
    assert isinstance(terms, Bars)
    assert terms.panels[0].values == (1.5, -3, 1, -0.5)
    assert lab.lookup("terms[what_z_is_made_of][b]") == 1
    sum_bars = lab.read("sum_bars")
    assert isinstance(sum_bars, Bars)
    assert sum_bars.panels[0].values == (1.5, -3, -1.5)


def test_the_bars_of_four_activations_are_covered_while_one_is_asked_for(lab: NeuronLab) -> None:
    ways = lab.read("ways_bars")
    assert isinstance(ways, Bars)
    # linear, relu, sigmoid, tanh of −0.5
    expected = (-0.5, 0, 1 / (1 + math.exp(0.5)), math.tanh(-0.5))
    assert ways.panels[0].values == pytest.approx(expected)
    covered = without_covered(ways, lab, ("ways",))
    assert isinstance(covered, Bars)
    assert all(isinstance(value, Covered) for value in covered.panels[0].values)


def test_while_z_is_asked_for_its_bar_is_covered_and_its_terms_are_seen(lab: NeuronLab) -> None:
    terms = without_covered(lab.read("terms"), lab, ("z", "y"))  # type: ignore[arg-type]
    assert isinstance(terms, Bars)
    assert [isinstance(value, Covered) for value in terms.panels[0].values] == [False, False, False, True]
    drawn = without_covered(lab.read("drawn"), lab, ("z", "y"))  # type: ignore[arg-type]
    assert isinstance(drawn, Graph)
    assert {label for label, value in values(drawn).items() if isinstance(value, Covered)} == {"z", "y"}
    summed = without_covered(lab.read("summed"), lab, ("products", "weighted_sum"))  # type: ignore[arg-type]
    assert isinstance(summed, Graph)
    covered = {label for label, value in values(summed).items() if isinstance(value, Covered)}
    assert covered == {"x1·w1", "x2·w2", "sum"}


def test_four_activations_over_one_another(lab: NeuronLab) -> None:
    four = lab.read("four")
    assert isinstance(four, Curve)
    xs = np.array(four.series[0].xs)
    assert (xs[0], xs[-1]) == (-3, 3)
    formulas = (xs, np.maximum(0, xs), 1 / (1 + np.exp(-xs)), np.tanh(xs))
    for series, ys in zip(four.series, formulas, strict=True):
        np.testing.assert_allclose(series.ys, ys, atol=1e-12)
    assert four.marker == pytest.approx((-0.5, 1 / (1 + math.exp(0.5))))
    # A point that lies beyond the picture is not marked on it.
    lab.set("activation", "linear")
    lab.set("b", 9)
    assert lab.read("four").marker is None  # type: ignore[union-attr]


def test_the_layer_is_drawn_with_every_number(lab: NeuronLab) -> None:
    lab.set("W", ((1, -1, 0.5), (2, 1, -0.5)))
    lab.set("biases", (0.5, 0, 1))
    drawn = lab.read("layer_drawn")
    assert isinstance(drawn, Graph)
    # 3·1 − 2·2 + 0.5, 3·(−1) − 2·1 + 0, 3·0.5 − 2·(−0.5) + 1
    assert [values(drawn)[unit] for unit in "ABC"] == [-0.5, -5, 3.5]
    assert values(drawn)["y C"] == pytest.approx(1 / (1 + math.exp(-3.5)))
    assert lab.lookup("layer_drawn[x2_to_A][weight]") == 2
    assert lab.lookup("layer_drawn[1_to_C][weight]") == 1


def test_what_comes_out_of_a_batch_is_its_product_with_the_weights(lab: NeuronLab) -> None:
    for rows, inputs, neurons in ((2, 5, 3), (30, 4, 20)):
        lab.set("rows", rows)
        lab.set("inputs", inputs)
        lab.set("neurons", neurons)
        tables, result, sized = lab.read("tables"), lab.read("result"), lab.read("sized")
        assert isinstance(tables, Picture)
        assert isinstance(result, Picture)
        assert isinstance(sized, Network)
        x, w = (np.array(tile.values) for tile in tables.tiles)
        out = np.array(result.tiles[0].values)
        assert (x.shape, w.shape, out.shape) == (
            (min(rows, 12), inputs), (inputs, min(neurons, 12)), (min(rows, 12), min(neurons, 12))
        )  # fmt: skip
        biases = (out - x @ w)[0]
        np.testing.assert_array_equal(out, x @ w + biases)
        assert tables.tiles[0].label.startswith(f"X ({rows}, {inputs})")
        assert tables.tiles[0].label.endswith("a corner") == (rows > 12)
        assert [len(layer.values) for layer in sized.layers] == [inputs, neurons]
        assert sized.layers[1].values[:3] == tuple(out[0, :3])


def test_every_place_of_the_plane_has_the_output_there_and_says_how(lab: NeuronLab) -> None:
    lab.set("w", (2, -3))
    xs, ys = np.linspace(-1.5, 1.5, 31), np.linspace(1.5, -1.5, 19)
    formulas = {
        "linear": lambda z: z,
        "relu": lambda z: np.maximum(z, 0),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
    }
    for activation, f in formulas.items():
        lab.set("activation", activation)
        plane = lab.read("plane")
        assert isinstance(plane, Picture)
        np.testing.assert_allclose(plane.tiles[0].values, f(2 * xs[None] - 3 * ys[:, None] + 1), atol=1e-12)
        assert (plane.row_axis, plane.column_axis) == (("x2", 1.5, -1.5), ("x1", -1.5, 1.5))
        for path, _, value in list(numbers_in(plane))[::97]:
            assert evaluated(why(lab, path).numbers) == pytest.approx(value, rel=1e-4, abs=1e-4), path
    # Its colours change sides where the lab counts a point as right.
    assert (plane.signed, plane.middle) == (True, 0.5)


def test_the_pairs_of_0_and_1_are_on_the_plane_and_x_where_it_is_near(lab: NeuronLab) -> None:
    def points() -> dict[tuple[float, float], str]:
        plane = lab.read("plane")
        assert isinstance(plane, Picture)
        return {(-1.5 + p.column / 10, 1.5 - p.row / 6): p.kind for p in plane.points}

    no, yes = "should be 0", "should be 1"
    near = {(0, 0): no, (0, 1): no, (1, 0): no, (1, 1): yes}
    assert points() == pytest.approx(near)
    lab.set("data", "OR")
    assert points() == pytest.approx(near | {(0, 1): yes, (1, 0): yes})
    lab.set("x", (-0.5, 1.5))
    assert points()[-0.5, 1.5] == "x"


def test_a_point_is_right_if_y_is_on_its_side_of_one_half(lab: NeuronLab) -> None:
    def right(data: str, w: tuple[float, float], b: float) -> float | str:
        lab.set("data", data)
        lab.set("w", w)
        lab.set("b", b)
        return lab.lookup("right")

    for activation in ("linear", "relu", "sigmoid", "tanh"):
        lab.set("activation", activation)
        assert right("AND", (6, 6), -9) == 4
        assert right("OR", (6, 6), -9) == 2
        assert right("OR", (6, 6), -3) == 4
        assert right("AND", (-6, -6), 9) == 0
    # A y of one half itself is on neither side: with z = 0 everywhere none is right.
    lab.set("activation", "sigmoid")
    assert right("AND", (0, 0), 0) == 0
    assert right("AND", (1, 1), -1) == 2
    assert lab.lookup("pair_y[1_1]") == pytest.approx(1 / (1 + math.exp(-1)))
    assert lab.lookup("pair_y[0_1]") == 0.5
    # −(−1) / 1
    assert lab.lookup("crossing") == 1
