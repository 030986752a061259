"""The cross-entropy lab against values worked by hand, Keras's documented figures, and central differences."""

from __future__ import annotations

import math

import pytest

from tutor.course.covered_drawing import without_covered
from tutor.labs.cross_entropy import CrossEntropyLab
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.readouts import Covered, Curve, Vector


@pytest.fixture
def lab() -> CrossEntropyLab:
    return CrossEntropyLab()


def number(lab: CrossEntropyLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def values(lab: CrossEntropyLab, name: str) -> tuple[float, ...]:
    readout = lab.read(name)
    assert isinstance(readout, Vector)
    return readout.values


def test_the_worked_case_by_hand_and_fused_from_the_logits(lab: CrossEntropyLab) -> None:
    assert number(lab, "cross_entropy") == pytest.approx(0.693147, abs=5e-7)
    assert number(lab, "fused") == pytest.approx(0.693147, abs=5e-7)
    assert values(lab, "z") == pytest.approx((math.log(0.1), math.log(0.5), math.log(0.4)))


def test_cross_entropy_is_not_symmetric(lab: CrossEntropyLab) -> None:
    lab.set("smoothing", 0.3)
    y, p = (0.1, 0.8, 0.1), (0.1, 0.5, 0.4)
    assert values(lab, "y") == pytest.approx(y)
    forth = -sum(b * math.log(a) for a, b in zip(p, y, strict=True))
    back = -sum(a * math.log(b) for a, b in zip(p, y, strict=True))
    assert number(lab, "cross_entropy") == pytest.approx(forth)
    assert number(lab, "turned") == pytest.approx(back)
    assert abs(forth - back) > 0.1
    lab.set("smoothing", 0)
    assert number(lab, "turned") == math.inf


@pytest.mark.parametrize(("loss", "gradient"), [("fused", "ce_gradient"), ("squared_error", "se_gradient")])
def test_gradients_are_those_of_central_differences(lab: CrossEntropyLab, loss: str, gradient: str) -> None:
    lab.set("given_as", "logits")
    logits, small = (0.5, -1.0, 2.0), 1e-5
    lab.set("logits", logits)
    shown = values(lab, gradient)
    for place in range(3):
        ends = []
        for way in (small, -small):
            lab.set("logits", tuple(z + way * (i == place) for i, z in enumerate(logits)))
            ends.append(number(lab, loss))
        assert shown[place] == pytest.approx((ends[0] - ends[1]) / (2 * small), abs=1e-8)


def test_the_gradient_by_the_logits_is_p_less_y(lab: CrossEntropyLab) -> None:
    assert values(lab, "ce_gradient") == pytest.approx((0.1, -0.5, 0.4))
    assert values(lab, "clipped_gradient") == pytest.approx((0.1, -0.5, 0.4))


def test_clipping_stops_the_loss_at_16_and_the_gradient_at_nothing(lab: CrossEntropyLab) -> None:
    lab.set("given_as", "logits")
    lab.set("logits", (60, 0, 0))
    assert number(lab, "fused") == pytest.approx(60)
    assert number(lab, "clipped") == pytest.approx(-math.log(1e-7))
    assert values(lab, "clipped_gradient") == (0, 0, 0)
    assert values(lab, "ce_gradient") == pytest.approx((1, -1, 0))


def test_the_smaller_loss_may_have_the_smaller_accuracy(lab: CrossEntropyLab) -> None:
    assert number(lab, "comparison[careful][mean_loss]") == pytest.approx(-math.log(0.6))
    assert number(lab, "comparison[bold][mean_loss]") == pytest.approx(-math.log(0.99 * 0.99 * 0.4) / 3)
    assert number(lab, "comparison[bold][mean_loss]") < number(lab, "comparison[careful][mean_loss]")
    assert number(lab, "comparison[bold][accuracy]") == pytest.approx(2 / 3)
    assert number(lab, "comparison[careful][accuracy]") == 1


def test_a_confidently_wrong_sigmoid_starts_slowly_with_squared_error(lab: CrossEntropyLab) -> None:
    lab.set("neuron_z", -6)
    y = 1 / (1 + math.exp(6))
    assert number(lab, "neuron[squared_error][slope_by_z]") == pytest.approx(2 * (y - 1) * y * (1 - y))
    assert number(lab, "neuron[cross-entropy][slope_by_z]") == pytest.approx(y - 1)
    assert number(lab, "neuron[cross-entropy][value]") == pytest.approx(-math.log(y))
    quick, slow = values(lab, "steps_needed")
    assert quick == 7, "6 steps of a little less than 1 do not reach 0"
    # Integrating dz / slope from −6 to 0 gives about e^6 / 2 = 202 steps, and a little more for σ above 0.
    assert 202 < slow < 220


def test_a_neuron_that_is_right_already_needs_no_step(lab: CrossEntropyLab) -> None:
    lab.set("neuron_z", 1)
    assert values(lab, "steps_needed") == (0, 0)


@pytest.mark.parametrize("logits", [(100, -100, 0), (-100, -100, -100), (100, 100, -100)])
@pytest.mark.parametrize("smoothing", [0, 0.9])
def test_everything_but_the_turned_loss_is_finite_at_the_ends_of_the_controls(
    lab: CrossEntropyLab, logits: tuple[float, ...], smoothing: float
) -> None:
    lab.set("given_as", "logits")
    lab.set("logits", logits)
    lab.set("smoothing", smoothing)
    for name in ("cross_entropy", "fused", "clipped", "squared_error"):
        assert math.isfinite(number(lab, name))
    for name in ("p", "z", "terms", "ce_gradient", "se_gradient", "clipped_gradient"):
        assert all(map(math.isfinite, values(lab, name))), name
    assert number(lab, "cross_entropy") == pytest.approx(number(lab, "fused"))


def test_shares_and_logits_of_the_same_prediction_agree(lab: CrossEntropyLab) -> None:
    by_shares = values(lab, "p")
    logits = values(lab, "z")
    lab.set("given_as", "logits")
    lab.set("logits", tuple(z + 5 for z in logits))
    assert values(lab, "p") == pytest.approx(by_shares)


def test_a_restored_lab_shows_the_same(lab: CrossEntropyLab) -> None:
    lab.set("label", "C")
    lab.set("shares", (0.2, 0.2, 0.9))
    again = CrossEntropyLab()
    again.restore(lab.state())
    assert again.read("gradients") == lab.read("gradients")


def bars(lab: CrossEntropyLab, name: str) -> dict[str, tuple[float, ...]]:
    readout = lab.read(name)
    assert isinstance(readout, Bars)
    return {panel.label: panel.values for panel in readout.panels}


def covered_panels(lab: CrossEntropyLab, name: str, *covered: str) -> list[str]:
    readout = lab.read(name)
    assert isinstance(readout, Bars)
    seen = without_covered(readout, lab, covered)
    assert isinstance(seen, Bars)
    return [panel.label for panel in seen.panels if all(isinstance(value, Covered) for value in panel.values)]


def test_the_bars_show_what_each_class_would_cost_and_what_is_paid(lab: CrossEntropyLab) -> None:
    drawn = bars(lab, "paid")
    assert drawn["p"] == pytest.approx((0.1, 0.5, 0.4))
    assert drawn["y"] == (0, 1, 0)
    assert drawn["−ln p"] == pytest.approx((math.log(10), math.log(2), math.log(2.5)))
    assert drawn["−y·ln p"] == pytest.approx((0, math.log(2), 0))
    assert bars(lab, "p_and_y")["loss"] == pytest.approx((math.log(2),))
    assert bars(lab, "from_logits")["loss from"] == pytest.approx((math.log(2), math.log(2)))


def test_what_would_be_paid_and_what_is_are_drawn_to_one_scale(lab: CrossEntropyLab) -> None:
    readout = lab.read("paid")
    assert isinstance(readout, Bars)
    assert [panel.high for panel in readout.panels] == [1, 1, pytest.approx(math.log(10)), pytest.approx(math.log(10))]


def test_the_point_on_the_curve_has_the_loss_for_its_height(lab: CrossEntropyLab) -> None:
    for label, p in (("A", 0.1), ("B", 0.5), ("C", 0.4)):
        lab.set("label", label)
        curve = lab.read("loss_curve")
        assert isinstance(curve, Curve)
        assert curve.marker == pytest.approx((p, -math.log(p)))
        assert number(lab, "cross_entropy") == pytest.approx(-math.log(p))


def test_what_goes_back_hangs_below_nought_for_the_right_class(lab: CrossEntropyLab) -> None:
    assert bars(lab, "back")["p − y"] == pytest.approx((0.1, -0.5, 0.4))
    # g = 2·(p − y)/3, and p·(g − Σ p·g)
    g = [2 * d / 3 for d in (0.1, -0.5, 0.4)]
    mean = 0.1 * g[0] + 0.5 * g[1] + 0.4 * g[2]
    expected = [p * (each - mean) for p, each in zip((0.1, 0.5, 0.4), g, strict=True)]
    assert bars(lab, "both_back")["squared error"] == pytest.approx(expected)


def test_both_ways_weigh_the_logarithm_of_the_other_row(lab: CrossEntropyLab) -> None:
    lab.set("smoothing", 0.3)
    p, y = (0.1, 0.5, 0.4), (0.1, 0.8, 0.1)
    drawn = bars(lab, "both_ways")
    assert drawn["−y·ln p"] == pytest.approx([-b * math.log(a) for a, b in zip(p, y, strict=True)])
    assert drawn["−p·ln y"] == pytest.approx([-a * math.log(b) for a, b in zip(p, y, strict=True)])
    assert sum(drawn["−p·ln y"]) == pytest.approx(number(lab, "turned"))


def test_the_rows_of_both_networks_and_their_mean_are_bars(lab: CrossEntropyLab) -> None:
    lab.set("bold", (0.5, 0.25, 0.65))
    drawn = bars(lab, "two_networks")
    assert drawn["bold p"] == (0.5, 0.25, 0.65)
    expected = (math.log(2), math.log(4), -math.log(0.65))
    assert drawn["bold −ln p"] == pytest.approx(expected)
    assert bars(lab, "batch")["their mean"] == pytest.approx((sum(expected) / 3,))


def test_the_neuron_is_a_point_on_the_sigmoid_and_its_slopes_hang_down(lab: CrossEntropyLab) -> None:
    lab.set("neuron_z", -1.5)
    y = 1 / (1 + math.exp(1.5))
    curve = lab.read("sigmoid")
    assert isinstance(curve, Curve)
    assert curve.marker == pytest.approx((-1.5, y))
    assert bars(lab, "neuron_bars")["slope by z"] == pytest.approx((y - 1, 2 * (y - 1) * y * (1 - y)))
    assert bars(lab, "steps_bars")["steps"] == values(lab, "steps_needed")


def test_fused_and_clipped_are_drawn_side_by_side(lab: CrossEntropyLab) -> None:
    lab.set("given_as", "logits")
    lab.set("logits", (60, 0, 0))
    drawn = bars(lab, "clipped_bars")
    assert drawn["loss from"] == pytest.approx((60, -math.log(1e-7)))
    assert drawn["p − y"] == pytest.approx((1, -1, 0))
    assert drawn["clipped"] == pytest.approx((0, 0, 0))


@pytest.mark.parametrize(
    ("drawing", "covered", "panels"),
    [
        ("paid", ("terms", "cross_entropy"), ["−y·ln p"]),
        ("back", ("gradients",), ["p − y"]),
        ("both_back", ("squared_error", "gradients"), ["p − y", "squared error"]),
        ("both_ways", ("cross_entropy", "turned", "terms", "turned_terms"), ["−y·ln p", "−p·ln y"]),
        ("two_networks", ("row_losses", "comparison"), ["careful −ln p", "bold −ln p"]),
        ("batch", ("comparison",), ["their mean"]),
        ("neuron_bars", ("neuron",), ["loss", "slope by z"]),
        ("steps_bars", ("steps_needed",), ["steps"]),
        ("clipped_bars", ("clipped", "fused", "gradients"), ["loss from", "p − y", "clipped"]),
    ],
)
def test_what_a_step_asks_for_is_covered_in_its_bars(
    lab: CrossEntropyLab, drawing: str, covered: tuple[str, ...], panels: list[str]
) -> None:
    assert covered_panels(lab, drawing, *covered) == panels
