"""The activations lab: points by hand, a stack against central differences, linear layers that are one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tutor.course.covered_drawing import without_covered
from tutor.labs.activations import ACTIVATIONS, ActivationsLab
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Covered, Curve, Graph, Picture, Vector


@pytest.fixture
def lab() -> ActivationsLab:
    return ActivationsLab()


def number(lab: ActivationsLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def values(lab: ActivationsLab, name: str) -> tuple[float, ...]:
    readout = lab.read(name)
    assert isinstance(readout, Vector)
    return readout.values


@pytest.mark.parametrize(
    ("activation", "z", "value", "slope"),
    [
        ("sigmoid", 0, 0.5, 0.25),
        ("tanh", 0, 0, 1),
        ("relu", -2, 0, 0),
        ("relu", 0, 0, 0),
        ("leaky_relu", -2, -0.2, 0.1),
        ("leaky_relu", 0, 0, 0.1),
        ("elu", -1, math.exp(-1) - 1, math.exp(-1)),
        ("softplus", 0, math.log(2), 0.5),
        ("silu", 0, 0, 0.5),
        ("gelu", 0, 0, 0.5),
        ("linear", -3, -3, 1),
    ],
)
def test_value_and_slope_at_a_point(lab: ActivationsLab, activation: str, z: float, value: float, slope: float) -> None:
    lab.set("activation", activation)
    lab.set("z", z)
    assert number(lab, "value") == pytest.approx(value, abs=1e-7)
    assert number(lab, "derivative") == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_drawn_slope_is_that_of_the_drawn_value(lab: ActivationsLab, activation: str) -> None:
    lab.set("activation", activation)
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    f, slope = curve.series
    by_differences = np.gradient(np.array(f.ys), np.array(f.xs))
    smooth = np.abs(np.array(f.xs)) > 0.15  # the kinks of relu and leaky_relu are at 0
    assert np.array(slope.ys)[smooth][1:-1] == pytest.approx(by_differences[smooth][1:-1], abs=0.01)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("z", [-10, 10])
def test_numbers_are_finite_and_explained_at_the_ends(lab: ActivationsLab, activation: str, z: float) -> None:
    lab.set("activation", activation)
    lab.set("z", z)
    for name in ("value", "derivative"):
        assert math.isfinite(number(lab, name))
        assert why(lab, name).value == number(lab, name)


def test_activations_need_not_lie_between_0_and_1(lab: ActivationsLab) -> None:
    lab.set("activation", "tanh")
    lab.set("z", -10)
    assert number(lab, "value") == pytest.approx(-1)
    lab.set("activation", "relu")
    lab.set("z", 10)
    assert number(lab, "value") == 10


def test_ten_sigmoid_slopes_leave_less_than_a_millionth(lab: ActivationsLab) -> None:
    lab.set("z", 0)
    assert number(lab, "chained") == pytest.approx(1 / 4**10)


@pytest.mark.parametrize("activation", ["tanh", "leaky_relu", "gelu"])
def test_the_gradient_of_the_stack_is_that_of_central_differences(lab: ActivationsLab, activation: str) -> None:
    """By the bias of the first layer: its gradient is the sum of ∂z over the rows."""
    lab.set("activation", activation)
    lab.set("depth", 3)
    lab.set("width", 4)
    lab.set("bias", 0.25)
    small = 1e-5
    ends = []
    for way in (small, -small):
        lab.set("bias", 0.25 + way)
        ends.append(float(lab.worksheet().array("loss")))
    lab.set("bias", 0.25)
    sheet = lab.worksheet()
    hidden = [name for name in sheet.names() if name.startswith("grad:dense") and name.endswith(".bias")]
    together = sum(float(sheet.array(name).sum()) for name in hidden)
    assert together == pytest.approx((ends[0] - ends[1]) / (2 * small), rel=1e-5)


def test_the_size_of_a_gradient_is_the_norm_of_its_numbers(lab: ActivationsLab) -> None:
    sheet = lab.worksheet()
    first = sheet.array("grad:dense.z")
    assert values(lab, "gradient_sizes")[0] == pytest.approx(math.sqrt(float(np.square(first).sum())))
    assert why(lab, "first_gradient").value == number(lab, "first_gradient")


def test_through_one_linear_unit_the_gradient_is_multiplied_by_its_weight(lab: ActivationsLab) -> None:
    lab.set("activation", "linear")
    lab.set("width", 1)
    lab.set("depth", 2)
    weight = float(lab.worksheet().array("dense_1.kernel")[0, 0])
    first, last = values(lab, "gradient_sizes")
    assert first == pytest.approx(abs(weight) * last)


def test_a_deep_sigmoid_stack_vanishes_and_relu_with_he_weights_does_not(lab: ActivationsLab) -> None:
    sizes = values(lab, "gradient_sizes")
    assert all(below < above / 2 for below, above in itertools.pairwise(sizes))
    assert sizes[0] < 1e-5 * sizes[-1]
    lab.set("activation", "relu")
    lab.set("initializer", "he_uniform")
    sizes = values(lab, "gradient_sizes")
    assert 0.1 < sizes[0] / sizes[-1] < 10


def test_a_dead_unit_is_off_on_every_row_and_gets_no_gradient(lab: ActivationsLab) -> None:
    lab.set("activation", "relu")
    lab.set("bias", -0.25)
    sheet, dead = lab.worksheet(), values(lab, "dead")
    assert 0 < sum(dead) < 160
    for layer, count in enumerate(dead):
        name = f"dense_{layer}" if layer else "dense"
        off = (sheet.array(f"{name}.z") <= 0).all(axis=0)
        assert off.sum() == count
        assert not sheet.array(f"grad:{name}.z")[:, off].any()
    assert number(lab, "dead_share") == pytest.approx(100 * sum(dead) / 160)
    lab.set("activation", "leaky_relu")
    assert number(lab, "dead_units") == 0


def test_where_all_units_are_dead_the_curve_is_empty(lab: ActivationsLab) -> None:
    lab.set("activation", "relu")
    lab.set("bias", -3)
    curve = lab.read("stack_curve")
    assert isinstance(curve, Curve)
    assert curve.series[0].ys == ()
    assert number(lab, "first_gradient") == 0


def test_two_linear_layers_are_one(lab: ActivationsLab) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        for name, shape in (("x", 2), ("W1", (2, 2)), ("W2", (2, 2))):
            lab.set(name, np.round(rng.uniform(-5, 5, shape), 2).tolist())
        assert values(lab, "two_layers") == pytest.approx(values(lab, "one_layer"), abs=1e-9)
        lab.set("activation", "linear")
        assert values(lab, "bent") == pytest.approx(values(lab, "one_layer"), abs=1e-9)


def test_a_bend_between_makes_them_two(lab: ActivationsLab) -> None:
    # x·W1 = (1 − 2, 2 + 1) = (−1, 3); relu leaves (0, 3)
    lab.set("activation", "relu")
    assert values(lab, "two_layers") == (1, -3)
    assert values(lab, "bent") == (3, -3)


def test_other_controls_leave_the_stack_as_it_is(lab: ActivationsLab) -> None:
    before = values(lab, "gradient_sizes")
    lab.set("z", 3)
    assert values(lab, "gradient_sizes") == before
    lab.set("seed", 2)
    assert values(lab, "gradient_sizes") != before
    lab.set("seed", 1)
    assert values(lab, "gradient_sizes") == before


def test_the_largest_stack_is_finite(lab: ActivationsLab) -> None:
    for name, value in (("activation", "linear"), ("depth", 30), ("width", 32), ("scale", 10)):
        lab.set(name, value)
    assert all(map(math.isfinite, values(lab, "gradient_sizes")))
    assert number(lab, "first_gradient") > number(lab, "last_gradient")


def test_a_restored_lab_shows_the_same(lab: ActivationsLab) -> None:
    lab.set("activation", "gelu")
    lab.set("depth", 5)
    again = ActivationsLab()
    again.restore(lab.state())
    assert again.read("gradient_sizes") == lab.read("gradient_sizes")


def curve(lab: ActivationsLab, name: str) -> Curve:
    readout = lab.read(name)
    assert isinstance(readout, Curve)
    return readout


def bars(lab: ActivationsLab, name: str) -> Bars:
    readout = lab.read(name)
    assert isinstance(readout, Bars)
    return readout


def test_value_and_slope_are_drawn_with_the_point(lab: ActivationsLab) -> None:
    lab.set("activation", "tanh")
    lab.set("z", 0.5)
    f, slope = curve(lab, "value_curve"), curve(lab, "slope_curve")
    xs = np.array(f.series[0].xs)
    assert (xs[0], xs[-1]) == (-6, 6)
    np.testing.assert_allclose(f.series[0].ys, np.tanh(xs), atol=1e-7)
    np.testing.assert_allclose(slope.series[0].ys, 1 - np.tanh(xs) ** 2, atol=1e-7)
    assert f.marker == pytest.approx((0.5, math.tanh(0.5)))
    assert slope.marker == pytest.approx((0.5, 1 - math.tanh(0.5) ** 2))
    # The point is always within the picture.
    lab.set("z", -8)
    assert curve(lab, "value_curve").series[0].xs[0] == -10


def test_the_tangent_touches_the_curve_with_its_slope(lab: ActivationsLab) -> None:
    lab.set("activation", "gelu")
    lab.set("z", -1)
    _, tangent = curve(lab, "tangent").series
    # −Φ(−1) = −0.158655, and Φ(−1) − φ(1) = −0.083315
    assert tangent.xs == (-2, 0)
    assert tangent.ys == pytest.approx((-0.158655 + 0.083315, -0.158655 - 0.083315), abs=1e-6)


def test_the_activations_over_one_another(lab: ActivationsLab) -> None:
    compared = {series.label: series for series in curve(lab, "compared").series}
    xs = np.array(compared["relu"].xs)
    np.testing.assert_allclose(compared["relu"].ys, np.maximum(xs, 0))
    np.testing.assert_allclose(compared["silu"].ys, xs / (1 + np.exp(-xs)), atol=1e-7)


def test_the_chain_of_slopes_in_bars(lab: ActivationsLab) -> None:
    lab.set("z", 0)
    lab.set("depth", 3)
    assert bars(lab, "chain").panels[0].values == (1, 0.25, 0.0625, 0.015625)
    covered = without_covered(bars(lab, "chain"), lab, ("chained", "left"))
    assert isinstance(covered, Bars)
    assert [isinstance(value, Covered) for value in covered.panels[0].values] == [False, True, True, True]
    assert why(lab, "left[2]").numbers == "0.25·0.25"


def test_while_the_first_gradient_is_asked_for_only_the_last_has_its_bar(lab: ActivationsLab) -> None:
    stack = bars(lab, "stack_bars")
    assert stack.panels[0].values == values(lab, "gradient_sizes")
    covered = without_covered(stack, lab, ("first_gradient", "earlier_gradients"))
    assert isinstance(covered, Bars)
    assert [isinstance(value, Covered) for value in covered.panels[0].values] == [True] * 9 + [False]


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_dead_units_are_those_without_a_row(lab: ActivationsLab, activation: str) -> None:
    lab.set("activation", activation)
    lab.set("bias", -0.5)
    units = lab.read("units")
    assert isinstance(units, Picture)
    alive = np.array(units.tiles[0].values)
    assert alive.shape == (10, 16)
    assert (alive == 0).sum() == number(lab, "dead_units")
    trace = lab.recorded()
    first = trace.values[f"{trace.spec.named_layers[0][0]}.z"]
    np.testing.assert_array_equal(alive[0], (first > 0).sum(axis=0) if activation == "relu" else 16)


def test_two_layers_are_drawn_with_and_without_a_bend(lab: ActivationsLab) -> None:
    lab.set("activation", "relu")
    lab.set("x", (1, 1))
    lab.set("W1", ((0, -1), (1, -1)))
    lab.set("W2", ((-1, 2), (1, 2)))
    # x·W1 = (1, −2)
    expected = {
        "layers_drawn": {"x1": 1, "x2": 1, "h1": 1, "h2": -2, "out1": -3, "out2": -2},
        "bent_drawn": {"x1": 1, "x2": 1, "h1": 1, "h2": -2, "f1": 1, "f2": 0, "out1": -1, "out2": 2},
    }
    for name, told in expected.items():
        drawn = lab.read(name)
        assert isinstance(drawn, Graph)
        assert {node.label: node.value for column in drawn.columns for node in column} == told
    assert number(lab, "bent_drawn[f2_to_out1][weight]") == 1
    assert [panel.values for panel in bars(lab, "compared_bars").panels] == [(-3, -2), (-3, -2), (-1, 2)]
    covered = without_covered(bars(lab, "compared_bars"), lab, ("bent",))
    assert isinstance(covered, Bars)
    assert all(isinstance(value, Covered) for value in covered.panels[2].values)
