"""The activations lab: points by hand, a stack against central differences, linear layers that are one."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from tutor.labs.activations import ACTIVATIONS, ActivationsLab
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Curve, Vector


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
