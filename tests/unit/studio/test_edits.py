"""The numbers of a run are those of its token, whatever was edited, changed or left on the way."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.course.undo import UndoHistory
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Curve, Table, Vector
from tutor.labs.studio import StudioLab
from tutor.studio.replaying import replayed
from tutor.studio.token import _check, experiment_of


@pytest.fixture
def lab() -> StudioLab:
    return StudioLab()


def epochs(lab: StudioLab, count: int) -> None:
    for _ in range(count):
        lab.press("epoch")


def check(lab: StudioLab) -> None:
    """The network that is shown is, to the last bit, the one that the token says."""
    replay = replayed(experiment_of(str(lab.lookup("token"))))
    np.testing.assert_array_equal(lab._machine.checkpoint.engine.theta, replay.checkpoint.engine.theta)
    assert lab.get("moment") == replay.step


def losses(lab: StudioLab) -> tuple[float, ...]:
    found = lab.read("losses")
    assert isinstance(found, Vector)
    return found.values


def runs(lab: StudioLab) -> int:
    found = lab.read("runs")
    assert isinstance(found, Table)
    return len(found.rows)


def test_playing_on_from_before_an_edit_is_a_run_without_it(lab: StudioLab) -> None:
    epochs(lab, 3)
    lab.set("rate", 0.3)
    epochs(lab, 3)
    end = losses(lab)
    lab.set("moment", 20)
    assert runs(lab) == 1
    epochs(lab, 4)
    check(lab)
    assert "r0.3" not in str(lab.lookup("token"))
    assert runs(lab) == 2
    lab.press("take")
    assert losses(lab) == end
    check(lab)


def test_another_setting_after_an_edit_is_a_run_with_the_rate_of_that_moment(lab: StudioLab) -> None:
    epochs(lab, 3)
    lab.set("rate", 0.3)
    lab.set("batch", 5)
    epochs(lab, 1)
    lab.set("seed", 3)
    assert (lab.get("rate"), lab.get("batch"), lab.get("moment")) == (0.3, 5, 0)
    epochs(lab, 3)
    check(lab)


def test_a_weight_by_hand_before_the_first_step_is_trained_on(lab: StudioLab) -> None:
    lab.set("weight", 1.25)
    lab.set("rate", 0.1)
    lab.set("noise", 5)
    assert lab.get("weight") == 1.25
    check(lab)
    epochs(lab, 1)
    assert "0w0:1.25" in str(lab.lookup("token"))
    check(lab)


def test_a_weight_by_hand_does_not_outlive_its_network(lab: StudioLab) -> None:
    lab.set("layer", 2)
    lab.set("from", 4)
    lab.set("unit", 2)
    lab.set("weight", 1.25)
    epochs(lab, 1)
    lab.press("remove")
    epochs(lab, 1)
    lab.press("back")
    check(lab)


def test_a_single_step_counts(lab: StudioLab) -> None:
    lab.press("step")
    assert lab.get("moment") == 1
    assert "step 1" in str(lab.lookup("status"))
    check(lab)


def test_a_setting_of_a_layer_without_a_layer_is_told(lab: StudioLab) -> None:
    lab.press("remove")
    lab.press("remove")
    for name, value in {"units": 3, "activation": "relu", "l2": 0.1}.items():
        with pytest.raises(ControlError, match="no hidden layer"):
            lab.set(name, value)
    check(lab)


def test_outputs_that_are_all_but_equal_have_a_histogram(lab: StudioLab) -> None:
    lab.show_token(
        "dlt1:slope,n9,z23,fx+yy+xy+sx,p1:1:1+-3.784677802524907:-2.5165881452397665:1/d11softmax-d8tanh-d6tanh/rmsprop0.001,b26/s19/0w33:2.853320584631775,1r10/@2~0477"
    )
    bars = lab.read("activations")
    assert isinstance(bars, Bars)
    for panel in bars.panels:
        assert sum(panel.values) == pytest.approx(100)


def test_a_thousand_edits_are_kept_and_the_next_is_told(lab: StudioLab) -> None:
    token = "dlt1:circle/d4tanh-d2tanh/sgd0.03,b10/s0/" + ",".join(f"{step}r0.0{step % 9 + 1}" for step in range(1000))
    lab.show_token(f"{token}/@1000~{_check(token + '/@1000')}")
    assert lab.twin().lookup("token") == lab.lookup("token")
    before = lab.state().values
    with pytest.raises(ControlError, match="up to 1,000 edits"):
        lab.set("rate", 0.5)
    assert lab.state().values == before


def test_the_weight_in_hand_is_that_of_the_moment(lab: StudioLab) -> None:
    begun = lab.get("weight")
    for action in ("step", "epoch", "epoch", "back", "on", "reset", "epoch"):
        lab.press(action)
        assert lab.get("weight") == pytest.approx(float(lab._machine.checkpoint.engine.theta[0]), abs=1e-6)
    assert lab.get("weight") != begun
    lab.set("moment", 0)
    assert lab.get("weight") == begun


def test_a_weight_beyond_the_reach_of_its_control_is_shown_as_it_is(lab: StudioLab) -> None:
    token = "dlt1:circle/d4tanh-d2tanh/sgd0.03,b10/s0/0w0:250/@0"
    lab.show_token(f"{token}~{_check(token)}")
    assert lab.get("weight") == 250
    assert lab.twin().get("weight") == 250
    assert lab.twin().lookup("token") == lab.lookup("token")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("test", 20, "circle, test 50 %"),
        ("draw", 3, "circle, draw 0"),
        ("noise", 10, "circle, noise 0 %"),
        ("count", 100, "circle, 200 points"),
        ("features", (1, 0, 0, 0, 0, 0, 0), "circle, x1 x2"),
        ("engine", "tensorflow", "numpy"),
        ("seed", 4, "seed 0"),
        ("data", "xor", "circle"),
    ],
)
def test_the_table_of_runs_says_what_is_different(lab: StudioLab, name: str, value: object, said: str) -> None:
    lab.press("step")
    lab.set(name, value)
    found = lab.read("runs")
    assert isinstance(found, Table)
    assert found.rows[0][1] == said


def test_a_place_on_the_curve_is_the_end_of_its_epoch(lab: StudioLab) -> None:
    epochs(lab, 3)
    for _ in range(4):
        lab.press("step")
    assert lab.get("moment") == 34
    # 100 of 200 points are trained on, ten a step; the last epoch is not complete.
    for epoch in (1, 2, 3):
        assert lab.go_to("curve", epoch)
        assert lab.get("moment") == 10 * epoch


def test_a_place_on_the_curve_after_another_batch_size(lab: StudioLab) -> None:
    epochs(lab, 1)
    for _ in range(3):
        lab.press("step")
    # The second epoch begins anew with five points a step: 10 + 3 steps, then 20 for each epoch.
    lab.set("batch", 5)
    epochs(lab, 2)
    assert lab.get("moment") == 53
    for epoch, step in ((1, 10), (2, 33), (3, 53)):
        assert lab.go_to("curve", epoch)
        assert lab.get("moment") == step
        assert str(lab.lookup("status")).startswith(f"epoch {epoch}, step {step}")


def test_undo_brings_a_run_back_from_a_reset(lab: StudioLab) -> None:
    history = UndoHistory(lab)
    epochs(lab, 3)
    lab.set("rate", 0.3)
    epochs(lab, 2)
    lab.set("moment", 37)
    token, end = lab.lookup("token"), losses(lab)
    with history.recording("reset") as reset:
        lab.press("reset")
    assert reset.discarded == "50 steps of training"
    assert (lab.get("moment"), runs(lab)) == (0, 2)
    history.undo()
    assert (lab.lookup("token"), losses(lab), runs(lab)) == (token, end, 1)
    assert lab.lookup("status") == "epoch 3, step 37 of 50"
    check(lab)
    history.redo()
    assert lab.get("moment") == 0


def test_a_reset_of_nothing_is_nothing_to_undo(lab: StudioLab) -> None:
    history = UndoHistory(lab)
    with history.recording("reset"):
        lab.press("reset")
    assert not history.can_undo


def test_a_run_that_just_began_is_beside_the_runs_before_it(lab: StudioLab) -> None:
    epochs(lab, 2)
    lab.press("reset")
    compared = lab.read("compared")
    assert isinstance(compared, Curve)
    # The one line is of the run before, which was tested.
    assert compared.label == "loss on test rows"


def test_the_run_of_before_without_edits_says_so(lab: StudioLab) -> None:
    epochs(lab, 2)
    lab.set("moment", 10)
    lab.set("rate", 0.3)
    found = lab.read("runs")
    assert isinstance(found, Table)
    assert found.rows[0][1] == "no edits"


def test_the_unit_looked_at_is_one_of_the_layer_in_hand(lab: StudioLab) -> None:
    lab.set("layer", 1)
    lab.set("unit", 50)
    lab.set("from", 9)
    # 2 inputs, then 4 units, then 2.
    assert (lab.get("unit"), lab.get("from")) == (4, 2)
    lab.set("layer", 2)
    assert (lab.get("unit"), lab.get("from")) == (2, 2)
    lab.set("weight", 0.75)
    check(lab)
