"""The cross-entropy lab against values worked by hand, Keras's documented figures, and central differences."""

from __future__ import annotations

import math

import pytest

from tutor.labs.cross_entropy import CrossEntropyLab
from tutor.labs.kit.readouts import Vector


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
