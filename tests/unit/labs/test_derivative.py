"""Slopes of five functions against the rules for them, the way to them, and a step downhill."""

from __future__ import annotations

import math

import pytest

from tests.unit.labs.readings import number, word
from tutor.course.covered_drawing import without_told
from tutor.labs.derivative import DerivativeLab
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Curve


@pytest.fixture
def lab() -> DerivativeLab:
    return DerivativeLab()


def put(lab: DerivativeLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


def test_the_slope_between_two_points_by_hand(lab: DerivativeLab) -> None:
    # 3² = 9 and 3.5² = 12.25: a rise of 3.25 over 0.5.
    put(lab, f="square", x=3, h=0.5)
    assert [number(lab, name) for name in ("y", "above", "rise", "between")] == [9, 12.25, 3.25, 6.5]
    assert number(lab, "slope") == 6
    assert why(lab, "between").numbers == "3.25 / 0.5"


@pytest.mark.parametrize(
    ("f", "x", "y", "slope"),
    [
        ("line", -1, -1, 2), ("square", -1.5, 2.25, -3), ("cube", 2, 8, 12), ("hill", 2, 0, -4),
        ("exp", 1, math.e, math.e),
    ],
)  # fmt: skip
def test_a_derivative_is_where_the_slopes_go(lab: DerivativeLab, f: str, x: float, y: float, slope: float) -> None:
    put(lab, f=f, x=x, h=0.001)
    assert number(lab, "y") == pytest.approx(y)
    assert number(lab, "slope") == pytest.approx(slope)
    assert number(lab, "between") == pytest.approx(slope, abs=0.01)
    assert number(lab, "closer[0.001][slope]") == pytest.approx(number(lab, "between"))


def test_closer_and_closer_on_a_cube(lab: DerivativeLab) -> None:
    # ((1 + h)³ − 1) / h = 3 + 3·h + h².
    put(lab, f="cube", x=1)
    slopes = [number(lab, f"closer[{h}][slope]") for h in ("1", "0.1", "0.01", "0.001")]
    assert slopes == pytest.approx([7, 3.31, 3.0301, 3.003001])


@pytest.mark.parametrize(
    ("x", "downhill", "steep"),
    [(2, "to the left", "rises"), (-2, "to the right", "falls"), (0, "it is level", "is level")],
)
def test_which_way_is_downhill(lab: DerivativeLab, x: float, downhill: str, steep: str) -> None:
    put(lab, f="square", x=x)
    assert (word(lab, "downhill"), word(lab, "steep")) == (downhill, steep)


def test_a_step_against_the_slope(lab: DerivativeLab) -> None:
    # x = 2, slope 4: 2 − 0.1·4 = 1.6; and 2 − 1·4 = −2 is as high as before.
    put(lab, f="square", x=2, rate=0.1)
    assert number(lab, "next_x") == pytest.approx(1.6)
    assert number(lab, "gained") == pytest.approx(1.6**2 - 4)
    put(lab, rate=1)
    assert (number(lab, "next_x"), number(lab, "gained")) == (-2, 0)


def test_the_tangent_touches_and_is_not_drawn_before_it_is_answered(lab: DerivativeLab) -> None:
    put(lab, f="square", x=1)
    drawn = lab.read("tangent")
    assert isinstance(drawn, Curve)
    tangent = drawn.series[1]
    assert (tangent.xs[0], tangent.ys[0]) == (1, 1)
    assert all(y == pytest.approx(1 + 2 * (x - 1)) for x, y in zip(tangent.xs, tangent.ys, strict=True))
    assert len(without_told(drawn, lab, {"slope"}).series[1].xs) == 1
