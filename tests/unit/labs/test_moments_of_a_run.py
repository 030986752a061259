"""The labs that train in place can be left for any moment of their run, and go on from there."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.course.words.curve_reading import places_to_read
from tutor.labs.catalog import lab_class
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.in_place_training import InPlaceTraining
from tutor.labs.kit.readouts import Curve

LABS = {"shapes": "loss_curve", "overfitting": "loss_curve", "digits": "loss_curve", "letters": "accuracy_curve"}
EPOCHS = {"shapes": 30, "overfitting": 30, "digits": 3, "letters": 2}


def trained(name: str) -> Lab:
    lab = lab_class(name)()
    if name in ("digits", "letters"):
        lab.set("network", "softmax" if name == "digits" else "mlp")
    for _ in range(EPOCHS[name]):
        lab.press("epoch")
    return lab


def training(lab: Lab) -> InPlaceTraining:
    found = lab._training  # type: ignore[attr-defined]
    assert isinstance(found, InPlaceTraining)
    return found


def places(lab: Lab) -> tuple[float, ...]:
    curve = lab.read("loss_curve")
    assert isinstance(curve, Curve)
    return places_to_read(curve)


def weights(lab: Lab) -> np.ndarray:
    return training(lab).checkpoint().engine.theta.copy()


@pytest.mark.parametrize("name", LABS)
def test_a_moment_is_what_it_was_and_the_way_on_is_the_same(name: str) -> None:
    lab, last = trained(name), EPOCHS[name]
    half = last // 2
    fresh = lab_class(name)()
    fresh.restore(lab.state())
    fresh.press("reset")
    for _ in range(half):
        fresh.press("epoch")
    end = weights(lab)
    assert lab.go_to(LABS[name], half)
    assert training(lab).checkpoint().position.epoch == half
    np.testing.assert_array_equal(weights(lab), weights(fresh))
    curve = lab.read(LABS[name])
    assert isinstance(curve, Curve)
    assert any(series.kind == "ghost" and max(series.xs) == last for series in curve.series)
    for _ in range(last - half):
        lab.press("epoch")
    np.testing.assert_array_equal(weights(lab), end)


def test_back_and_on_again_without_a_step_between() -> None:
    lab = trained("shapes")
    end = weights(lab)
    assert lab.go_to("loss_curve", 7.4)
    assert lab.lookup("epochs_done") == 7
    # The way on is on the curve as long as it can be gone again.
    assert max(places(lab)) == 30
    assert lab.go_to("loss_curve", 30)
    np.testing.assert_array_equal(weights(lab), end)


def test_another_rate_from_there_on_is_a_fork() -> None:
    lab = trained("shapes")
    end = weights(lab)
    lab.go_to("loss_curve", 10)
    lab.set("learning_rate", 0.05)
    for _ in range(20):
        lab.press("epoch")
    assert not np.array_equal(weights(lab), end)
    # A run whose settings were changed is not replayed: the states that were kept are still there.
    assert lab.go_to("loss_curve", 10)
    assert lab.lookup("epochs_done") == 10


def test_a_curve_that_is_none_of_the_run_and_a_lab_without_one() -> None:
    lab = lab_class("shapes")()
    assert not lab.go_to("loss_curve", 3)
    assert not trained("shapes").go_to("confidences", 3)
    assert not lab_class("softmax")().go_to("curve", 0)


def test_both_networks_of_shapes_cnn_go_back_together() -> None:
    lab = lab_class("shapes-cnn")()
    for _ in range(12):
        lab.press("epoch")
    shown = lab.read("loss_curve")
    assert lab.go_to("loss_curve", 5)
    now = lab.read("loss_curve")
    assert isinstance(shown, Curve)
    assert isinstance(now, Curve)
    assert [max(series.xs) for series in now.series if series.kind == "line"] == [5, 5]


def test_the_way_that_was_left_does_not_make_a_fork_s_axis_longer() -> None:
    lab = trained("shapes")
    lab.go_to("loss_curve", 10)
    lab.press("epoch")
    assert max(places(lab)) == 11


def test_both_networks_of_the_cnn_lab_go_back_and_leave_their_lines() -> None:
    lab = lab_class("shapes-cnn")()
    for _ in range(6):
        lab.press("epoch")
    assert lab.go_to("loss_curve", 2)
    curve = lab.read("loss_curve")
    assert isinstance(curve, Curve)
    ends = {series.label: (series.kind, max(series.xs)) for series in curve.series}
    assert ends == {
        "CNN": ("line", 2), "CNN before": ("ghost", 6), "MLP": ("line", 2), "MLP before": ("ghost", 6),
    }  # fmt: skip
    assert max(places(lab)) == 6
    lab.press("epoch")
    assert max(places(lab)) == 3
