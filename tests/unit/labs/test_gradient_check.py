"""The gradient check lab against hand numbers, central differences of its own, and NumPy in float32."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.course.covered_drawing import without_covered, without_told
from tutor.engine.activations import ELEMENTWISE
from tutor.labs.gradient_check.lab import CODES, GradientCheckLab
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.origins import why
from tutor.labs.kit.readouts import Covered, Curve


@pytest.fixture
def lab() -> GradientCheckLab:
    return GradientCheckLab()


def number(lab: GradientCheckLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def put(lab: GradientCheckLab, **values: object) -> None:
    for name, value in values.items():
        lab.set(name, value)


def test_a_parabola_by_hand(lab: GradientCheckLab) -> None:
    # y = 3·w at w = 1, to become 1: L = 4, 2.3² = 5.29 and 1.7² = 2.89; 2·(3 − 1)·3 = 12.
    put(lab, activation="linear", x=3, w=1, target=1, k=1)
    assert [number(lab, f"losses[{at}][loss]") for at in ("w", "w_plus_h", "w_minus_h")] == pytest.approx(
        [4, 5.29, 2.89]
    )
    assert number(lab, "quotients[forward]") == pytest.approx(12.9)
    assert number(lab, "quotients[central]") == pytest.approx(12)
    assert number(lab, "gradient") == pytest.approx(12)
    assert number(lab, "errors[forward]") == pytest.approx(0.9 / 12.9)
    assert evaluated(why(lab, "errors[forward]").numbers) == pytest.approx(0.9 / 12.9)
    assert number(lab, "agreeing[forward]") == pytest.approx(-math.log10(0.9 / 12.9))
    assert number(lab, "digits[cancelled]") == pytest.approx(-math.log10(2.4 / 5.29))
    # Steps of 0.1 times 12, 6, 12, 4 and −12: y at 3·(1 − 1.2) = −0.6, and so on.
    after = [number(lab, f"steps[{code.replace(' ', '_')}][loss]") for code in CODES]
    assert after == pytest.approx([1.6**2, 0.2**2, 1.6**2, 0.8**2, 5.6**2])
    assert number(lab, "falling") == 3


@pytest.mark.parametrize("activation", ELEMENTWISE)
@pytest.mark.parametrize("w", [-0.7, 0.4])
def test_the_right_code_is_the_central_difference_and_each_other_is_off_by_its_factor(
    lab: GradientCheckLab, activation: str, w: float
) -> None:
    put(lab, activation=activation, x=3, w=w, target=-1)
    f = ELEMENTWISE[activation].function

    def loss(at: float) -> float:
        return float((f(np.array(at * 3)) + 1) ** 2)

    def slope(at: float) -> float:
        return float(f(np.array(at + 1e-5)) - f(np.array(at - 1e-5))) / 2e-5

    measured = (loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5
    assert number(lab, "gradient") == pytest.approx(measured, rel=1e-7, abs=1e-7)
    assert lab.lookup("verdict") == "they agree"
    if measured:
        for code, factor in zip(CODES, (1, 2, slope(w * 3), 3, -1), strict=True):
            lab.set("code", code)
            assert number(lab, "ratio") == pytest.approx(factor, rel=1e-6)
            assert lab.lookup("verdict") == ("they agree" if math.isclose(factor, 1, rel_tol=1e-8) else "they differ")


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_float32_is_computed_in_float32(lab: GradientCheckLab, activation: str) -> None:
    put(lab, activation=activation, x=1.7, w=0.3, target=0.1, k=3, rate=0.07, precision="float32")
    f, slope_of = ELEMENTWISE[activation].function, ELEMENTWISE[activation].slope
    x, t, h = np.float32(1.7), np.float32(0.1), np.float32(1e-3)
    w = np.array([0.3], np.float32)

    def loss(at: np.ndarray) -> np.ndarray:
        missed = f(at * x) - t
        return missed * missed

    losses = [loss(at) for at in (w, w + h, w - h)]
    assert all(each.dtype == np.float32 for each in losses)
    assert [number(lab, f"losses[{at}][loss]") for at in ("w", "w_plus_h", "w_minus_h")] == [
        float(i[0]) for i in losses
    ]
    assert number(lab, "quotients[forward]") == float(((losses[1] - losses[0]) / h)[0])
    assert number(lab, "quotients[central]") == float(((losses[1] - losses[2]) / (2 * h))[0])
    y = f(w * x)
    gradient = 2 * (y - t) * slope_of(w * x, y) * x
    assert gradient.dtype == np.float32
    assert number(lab, "gradient") == float(gradient[0])
    assert number(lab, "steps[right][loss]") == float(loss(w - np.float32(0.07) * gradient)[0])


def test_the_curve_is_a_v_of_truncation_and_rounding(lab: GradientCheckLab) -> None:
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    forward, central = (series.ys for series in curve.series)
    # While truncation rules, a tenth of h takes a tenth and a hundredth of the error; then rounding adds to it.
    assert np.diff(forward[:6]) == pytest.approx([-1] * 5, abs=0.05)
    assert np.diff(central[:4]) == pytest.approx([-2] * 3, abs=0.05)
    assert central[12] > central[9] > central[5]
    for k in (1, 5, 9, 16):
        lab.set("k", k)
        assert lab.read("curve").marker == (k, central[k - 1])  # type: ignore[union-attr]
        assert number(lab, "agreeing[forward]") == -forward[k - 1]
    best = {}
    for precision, k in (("float64", 6), ("float32", 3)):
        lab.set("precision", precision)
        best[precision] = number(lab, "best[central]")
        assert abs(best[precision] - k) <= 1
    assert best["float32"] < best["float64"]


def test_the_microscope_writes_the_digits_that_cancel(lab: GradientCheckLab) -> None:
    lab.set("k", 10)
    derivation = why(lab, "quotients[central]")
    up, down = (str(Decimal(number(lab, f"losses[{at}][loss]"))) for at in ("w_plus_h", "w_minus_h"))
    assert up[:11] == down[:11]
    assert up[:13] in derivation.numbers
    with localcontext(prec=50):
        y = [1 / (1 + (-2 * (Decimal("0.3") + sign * Decimal("1e-10"))).exp()) for sign in (1, -1)]
        measured = ((y[0] - 1) ** 2 - (y[1] - 1) ** 2) / Decimal("2e-10")
    assert derivation.value == pytest.approx(float(measured), rel=1e-5)


@pytest.mark.parametrize("target", [-2, 1])
@pytest.mark.parametrize("x", [-3, 2])
def test_at_a_kink_the_central_difference_is_the_mean_of_both_slopes(
    lab: GradientCheckLab, x: float, target: float
) -> None:
    put(lab, activation="relu", w=0, x=x, target=target)
    assert number(lab, "quotients[central]") == pytest.approx(-target * x, abs=1e-3)
    assert number(lab, "gradient") == 0
    assert lab.lookup("verdict") == "they differ"


def test_a_flat_loss_agrees_with_a_gradient_of_0(lab: GradientCheckLab) -> None:
    put(lab, activation="relu", w=-1, x=2, rate=0.3)
    assert number(lab, "errors[central]") == 0
    assert lab.lookup("verdict") == "they agree"
    assert number(lab, "agreeing[central]") == pytest.approx(52 * math.log10(2))
    assert number(lab, "falling") == 1, "only the code without the slope moves w at all"


def test_a_step_that_is_lost_in_the_weight_measures_nothing(lab: GradientCheckLab) -> None:
    put(lab, precision="float32", w=0.9, k=9)
    assert number(lab, "quotients[central]") == 0
    assert number(lab, "digits[left]") == pytest.approx(0)
    assert number(lab, "errors[central]") == 1
    assert lab.lookup("verdict") == "they differ"


def test_passes_for_all_weights(lab: GradientCheckLab) -> None:
    lab.set("weights", 40_000)
    assert (number(lab, "costs[forward]"), number(lab, "costs[central]")) == (40_001, 80_000)


def bars(lab: GradientCheckLab, name: str) -> dict[str, tuple[float, ...]]:
    readout = lab.read(name)
    assert isinstance(readout, Bars)
    return {panel.label: panel.values for panel in readout.panels}


def curve(lab: GradientCheckLab, name: str) -> Curve:
    readout = lab.read(name)
    assert isinstance(readout, Curve)
    return readout


def test_the_loss_over_w_is_the_parabola_and_its_point_is_w(lab: GradientCheckLab) -> None:
    # y = 2·w and t = 1: (2·w − 1)².
    put(lab, x=2, w=1.5, target=1, activation="linear")
    drawn = curve(lab, "bowl")
    (line,) = drawn.series
    assert line.ys == pytest.approx([(2 * w - 1) ** 2 for w in line.xs])
    assert (line.xs[0], line.xs[-1]) == (-3, 3)
    assert drawn.marker == (1.5, 4)


def test_the_secants_go_through_the_points_of_the_parabola(lab: GradientCheckLab) -> None:
    # y = 3·w at w = 1, to become 1: L is 4 at 1, 5.29 at 1.1, 2.89 at 0.9.
    put(lab, activation="linear", x=3, w=1, target=1, k=1)
    drawn = curve(lab, "secants")
    assert drawn.marker == pytest.approx((1, 4))
    loss, forward, central = ({round(x, 6): y for x, y in zip(s.xs, s.ys, strict=True)} for s in drawn.series)
    assert (loss[0.9], loss[1.0], loss[1.1]) == pytest.approx((2.89, 4, 5.29))
    assert (forward[1.0], forward[1.1]) == pytest.approx((4, 5.29))
    assert (central[0.9], central[1.1]) == pytest.approx((2.89, 5.29))
    assert len(curve(lab, "secant").series) == 2


@pytest.mark.parametrize(("k", "bend"), [(1, 0.9), (2, 0.09), (5, 9e-5)])
def test_nearer_and_nearer_the_loss_becomes_the_line_of_its_gradient(
    lab: GradientCheckLab, k: int, bend: float
) -> None:
    # (L(w + s·h) − L(w)) / h = 12·s + 9·h·s²
    put(lab, activation="linear", x=3, w=1, target=1, k=k)
    computed, code = curve(lab, "zoom").series
    at_one = computed.xs.index(1.0)
    assert code.ys[at_one] == pytest.approx(12)
    assert computed.ys[at_one] - 12 == pytest.approx(bend, rel=1e-3)


def test_too_near_the_loss_is_stairs_and_in_float32_it_does_not_move_at_all(lab: GradientCheckLab) -> None:
    put(lab, k=15)
    assert len(set(curve(lab, "zoom").series[0].ys)) < 40
    put(lab, k=9, precision="float32")
    assert set(curve(lab, "zoom").series[0].ys) == {0.0}


@pytest.mark.parametrize("chosen", ["float64", "float32"])
def test_the_errors_of_both_precisions_are_drawn_whichever_is_chosen(lab: GradientCheckLab, chosen: str) -> None:
    drawn = {}
    for precision in ("float64", "float32"):
        put(lab, precision=precision)
        drawn[precision] = curve(lab, "curve").series[1].ys
    put(lab, precision=chosen)
    assert {series.label: series.ys for series in curve(lab, "curve_both").series} == drawn
    assert curve(lab, "curve_64").series[0].ys == drawn["float64"]
    assert lab.word("precision") == chosen


def test_the_bars_of_the_codes_say_which_way_the_loss_goes(lab: GradientCheckLab) -> None:
    put(lab, activation="linear", x=3, w=1, target=1, rate=0.1)
    drawn = bars(lab, "codes")
    assert drawn["gradient"] == pytest.approx((12, 6, 12, 4, -12))
    expected = [after**2 - 4 for after in (-1.6, 0.2, -1.6, 0.8, 5.6)]
    assert drawn["what the loss gains in a step"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("code", "factor"), [("without the 2", "2"), ("without x", "x"), ("without the slope", "f′"), ("wrong sign", "−1")]
)
def test_the_ratio_is_as_high_as_the_factor_that_was_left_out(lab: GradientCheckLab, code: str, factor: str) -> None:
    put(lab, x=3, w=0.2, target=1, code=code, k=5)
    readout = lab.read("suspects")
    assert isinstance(readout, Bars)
    factors, ratio = readout.panels
    slope = 1 / (1 + math.exp(-0.6)) * (1 - 1 / (1 + math.exp(-0.6)))
    assert factors.values == pytest.approx((2, 3, slope, -1))
    assert ratio.values[0] == pytest.approx(factors.values[factors.labels.index(factor)], rel=1e-6)
    assert (factors.low, factors.high) == (ratio.low, ratio.high)


def test_passes_and_digits_are_bars(lab: GradientCheckLab) -> None:
    put(lab, weights=40_000)
    assert bars(lab, "passes")["passes"] == (40_001, 80_000, 2)
    held, cancelled, left = bars(lab, "digits_bars")["digits"]
    assert held == pytest.approx(-math.log10(2.0**-52))
    assert left == pytest.approx(held - cancelled)


@pytest.mark.parametrize(
    ("drawing", "covered", "hidden"),
    [
        ("codes", ("steps", "gained", "falling"), {"what the loss gains in a step": 5}),
        ("suspects", ("ratio", "verdict"), {"ratio": 1}),
        ("passes", ("costs",), {"passes": 2}),
    ],
)
def test_what_a_step_asks_for_is_covered_in_its_bars(
    lab: GradientCheckLab, drawing: str, covered: tuple[str, ...], hidden: dict[str, int]
) -> None:
    readout = lab.read(drawing)
    assert isinstance(readout, Bars)
    seen = without_covered(readout, lab, covered)
    assert isinstance(seen, Bars)
    counted = {panel.label: sum(isinstance(value, Covered) for value in panel.values) for panel in seen.panels}
    assert {label: count for label, count in counted.items() if count} == hidden


def test_the_line_in_float32_is_covered_until_its_best_step_is_answered(lab: GradientCheckLab) -> None:
    both = curve(lab, "curve_both")
    seen = without_told(both, lab, {"best"})
    assert [len(line.xs) for line in seen.series] == [16, 1]
    assert seen.series[0] == both.series[0]
