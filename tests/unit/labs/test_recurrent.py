"""The lab of a recurrent network: gradients through time against differences, gates, clipping, training."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.engine.optimizer_specs import SGD
from tutor.engine.updates import clip
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Curve
from tutor.labs.recurrent import RecurrentLab
from tutor.labs.sequences.names import UNIFORM_LOSS, counting_loss


def _number(lab: RecurrentLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float)
    return value


def _lab(**controls: object) -> RecurrentLab:
    lab = RecurrentLab()
    for name, value in controls.items():
        lab.set(name, value)
    return lab


def _last_state(x: list[float], u: float, w: float, moved: tuple[int, float] = (-1, 0.0)) -> float:
    """h of the last place by a loop of its own, with one state moved a little."""
    h = 0.0
    for place, read in enumerate(x):
        h = math.tanh(u * read + w * h)
        if place == moved[0]:
            h += moved[1]
    return h


def test_one_units_gradients_are_those_of_difference_quotients() -> None:
    x, u, w, step = [1.5, -0.5, 2.0], 0.7, 1.3, 1e-6
    lab = _lab(x=x, u=u, w=w)
    assert _number(lab, "h[h3]") == pytest.approx(_last_state(x, u, w))
    for place in range(3):
        up, down = (_last_state(x, u, w, (place, sign * step)) for sign in (1, -1))
        assert _number(lab, f"dh[h{place + 1}]") == pytest.approx((up - down) / (2 * step), rel=1e-6)
    slope = (_last_state(x, u, w + step) - _last_state(x, u, w - step)) / (2 * step)
    assert _number(lab, "dw") == pytest.approx(slope, rel=1e-6)


def test_the_gradient_of_an_untrained_network_shrinks_by_its_spectral_radius() -> None:
    for name, scale in (("maria", 0.5), ("alexandra", 0.7), ("hannah", 1.0)):
        lab = _lab(name=name, scale=scale, judged="the last place")
        # An orthogonal matrix has eigenvalues of size 1, and so small states have slopes of nearly 1.
        assert _number(lab, "radius") == pytest.approx(scale)
        assert _number(lab, "left") == pytest.approx(scale ** len(name), rel=0.03)
        assert _number(lab, "factor_a_place") ** len(name) == pytest.approx(_number(lab, "left"))


@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM"])
def test_the_curve_of_gradients_goes_from_the_last_place_back(cell: str) -> None:
    lab = _lab(cell=cell, name="emma", judged="the last place")
    curve = lab.read("gradient_curve")
    assert isinstance(curve, Curve)
    part = "h" if cell == "SimpleRNN" else "c"
    line = next(series for series in curve.series if series.label == f"∂{part}")
    assert 10 ** line.ys[0] == pytest.approx(_number(lab, f"length_{part}[4a]"))
    assert 10 ** line.ys[-1] == pytest.approx(_number(lab, f"length_{part}[0.]"))


def test_only_the_judged_places_have_a_loss() -> None:
    lab = _lab(name="bo", judged="every place")
    trace = lab.recorded()
    assert float(trace.array("loss")) == pytest.approx(_number(lab, "name_loss"))
    lab.set("judged", "the last place")
    p = _number(lab, "by_place[bo_to_.][p]")
    assert float(lab.recorded().array("loss")) == pytest.approx(-math.log(p))


@pytest.mark.parametrize(("bias", "gate"), [("1", 1 / (1 + math.exp(-1))), ("0", 0.5)])
def test_a_forget_gate_begins_at_the_sigmoid_of_its_bias(bias: str, gate: float) -> None:
    lab = _lab(cell="LSTM", forget_bias=bias)
    assert _number(lab, "passing[0.]") == pytest.approx(gate, abs=0.005)
    assert np.asarray(lab.read("gates").tiles[1].values).mean() == pytest.approx(0.5, abs=0.01)  # type: ignore[union-attr]


@pytest.mark.parametrize("most", [3.0, 10.0, 20.0])
def test_a_gradient_is_cut_as_the_optimizer_cuts_it(most: float) -> None:
    lab = _lab(gradient=[6.0, -8.0], clipnorm=most)
    for readout, optimizer in (("clipped", SGD(clipnorm=most)), ("limited", SGD(clipvalue=most))):
        gradient = np.array([6.0, -8.0])
        clip(optimizer, [gradient], gradient)
        assert [_number(lab, f"{readout}[{n}]") for n in (1, 2)] == pytest.approx(gradient.tolist())


@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM"])
def test_a_trained_network_knows_more_than_pairs_and_tells_the_letters_apart(cell: str) -> None:
    lab = _lab(cell=cell)
    assert _number(lab, "test_loss") == pytest.approx(UNIFORM_LOSS, abs=0.02)
    before = lab.lookup("samples")
    lab.press("train")
    assert _number(lab, "test_loss") < counting_loss(13) - 0.1
    assert _number(lab, "second_time[end]") > 10 * _number(lab, "first_time[end]")
    assert _number(lab, "pairs_second[end]") == _number(lab, "pairs_first[end]")
    assert lab.lookup("samples") != before
    restored = RecurrentLab()
    restored.restore(lab.state())
    assert restored.lookup("test_loss") == lab.lookup("test_loss")
    assert lab.at_stake("units") == "10 epochs of training"
    lab.set("units", 8)
    assert lab.lookup("status") == "untrained"


def test_a_name_of_ones_own_may_have_no_letter_twice() -> None:
    lab = _lab(name="Ivo")
    assert lab.word("name") == "ivo"
    assert lab.read("pairs_first").label == "by pairs: after i"
    assert lab.read("pairs_second").label == "by pairs: after o"
    for name in lab.readout_names():
        lab.read(name)
    with pytest.raises(ControlError, match="“ë” is none of them"):
        lab.set("name", "zoë")


def test_the_scale_is_of_the_pass_and_not_of_the_training() -> None:
    lab = _lab(scale=1.5)
    lab.press("epoch")
    plain = _lab()
    plain.press("epoch")
    assert lab.lookup("test_loss") == plain.lookup("test_loss")
    assert lab.lookup("name_loss") != plain.lookup("name_loss")


@pytest.mark.parametrize(
    ("name", "first", "second"), [("maria", "ma", "maria"), ("elena", "e", "ele"), ("bo", "b", "bo")]
)
def test_what_is_read_at_both_places_is_said(name: str, first: str, second: str) -> None:
    lab = RecurrentLab()
    lab.set("name", name)
    assert (lab.lookup("read_first"), lab.lookup("read_second")) == (first, second)
