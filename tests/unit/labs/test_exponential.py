"""Powers of e and logarithms against known values, their rules, and what 64 bits make of many factors."""

from __future__ import annotations

import math

import pytest

from tests.unit.labs.readings import number, word
from tutor.labs.exponential import ExponentialLab
from tutor.labs.kit.readouts import Curve


@pytest.fixture
def lab() -> ExponentialLab:
    return ExponentialLab()


def put(lab: ExponentialLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


def test_powers_of_a_sum_are_products(lab: ExponentialLab) -> None:
    put(lab, a=2, b=-0.5)
    assert number(lab, "powers[e_a]") == pytest.approx(7.389056)
    assert number(lab, "powers[e_b]") == pytest.approx(0.606531, abs=1e-6)
    assert number(lab, "product") == pytest.approx(number(lab, "together")) == pytest.approx(4.481689)
    assert number(lab, "rises") == pytest.approx(math.e)
    assert number(lab, "back") == pytest.approx(2)


def test_the_slope_of_the_power_is_the_power(lab: ExponentialLab) -> None:
    put(lab, a=1.5)
    h = 1e-6
    assert number(lab, "slope") == pytest.approx((math.exp(1.5 + h) - math.exp(1.5 - h)) / (2 * h))


def test_logarithms_of_a_product_are_sums(lab: ExponentialLab) -> None:
    put(lab, p=0.5, q=8)
    assert number(lab, "logs[ln_p]") == pytest.approx(-0.693147)
    assert number(lab, "log_sum") == pytest.approx(number(lab, "log_together")) == pytest.approx(math.log(4))
    assert number(lab, "surprise") == pytest.approx(0.693147)


@pytest.mark.parametrize(("p", "side"), [(0.5, "below 0"), (1, "exactly 0"), (3, "above 0")])
def test_the_side_of_a_logarithm(lab: ExponentialLab, p: float, side: str) -> None:
    put(lab, p=p)
    assert word(lab, "side") == side


def test_many_small_factors_are_rounded_to_0_and_their_logarithm_is_not(lab: ExponentialLab) -> None:
    put(lab, p=0.1, n=300)
    assert (number(lab, "chance"), word(lab, "fits")) == (pytest.approx(1e-300), "a number")
    put(lab, n=400)
    assert (number(lab, "chance"), word(lab, "fits")) == (0, "rounded to 0")
    assert number(lab, "log_chance") == pytest.approx(-400 * math.log(10))
    put(lab, p=10)
    assert word(lab, "fits") == "too large"


def test_the_curves_are_those_of_their_names(lab: ExponentialLab) -> None:
    put(lab, a=1, p=2)
    for name, function in (("exp_curve", math.exp), ("ln_curve", math.log), ("surprises", lambda x: -math.log(x))):
        curve = lab.read(name)
        assert isinstance(curve, Curve)
        line = curve.series[0]
        assert line.ys == pytest.approx([function(x) for x in line.xs])
