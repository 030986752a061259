"""The shapes lab, driven through its controls and read through its readouts."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from tutor.datasets.shapes import NAMES
from tutor.labs.catalog import UnknownLab, lab_class, lab_ids
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed
from tutor.labs.kit.readouts import Curve, Network, Number, Vector
from tutor.labs.shapes.lab import ShapesLab
from tutor.training.turns import Turns

RHOMBUS = "00100 01010 10001 01010 00100"


def pixels(rows: str) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(p) for p in row) for row in rows.split())


@pytest.fixture
def lab() -> ShapesLab:
    return ShapesLab()


@pytest.fixture
def trained() -> ShapesLab:
    lab = ShapesLab()
    lab.press("train")
    return lab


def test_the_catalog_finds_labs_by_their_id() -> None:
    assert {"neuron", "shapes"} <= set(lab_ids())
    assert lab_class("shapes") is ShapesLab
    with pytest.raises(UnknownLab, match="there is no lab 'nothing'"):
        lab_class("nothing")


@pytest.mark.parametrize("lab_id", lab_ids())
def test_every_lab_reads_every_readout_and_groups_only_what_there_is(lab_id: str) -> None:
    lab = lab_class(lab_id)()
    names = {c.name for c in lab.controls()} | set(lab.readout_names())
    for name in lab.readout_names():
        assert lab.read(name).name == name
    assert {name for group in lab.groups() for name in group.names} <= names
    keys = [a.key for a in lab.actions() if a.key]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("nbgahsfdq"), "these letters belong to the screen"
    with pytest.raises(LookupFailed):
        lab.read("no-such-readout")


def test_an_untrained_network_is_as_unsure_as_five_classes_allow(lab: ShapesLab) -> None:
    confidences = lab.read("confidences")
    assert isinstance(confidences, Vector)
    assert sum(confidences.values) == pytest.approx(1.0, abs=1e-6)
    loss = lab.lookup("loss")
    assert isinstance(loss, float)
    assert loss == pytest.approx(math.log(5), abs=0.2)
    assert lab.lookup("parameters") == 1700


def test_every_changed_pixel_changes_the_answer(trained: ShapesLab) -> None:
    trained.set("drawing", pixels(RHOMBUS))
    before = trained.read("confidences")
    changed = np.array(pixels(RHOMBUS))
    changed[0, 0] = 1.0
    trained.set("drawing", changed.tolist())
    assert trained.read("confidences") != before


def test_training_learns_the_five_and_the_curves_grow(lab: ShapesLab) -> None:
    lab.press("epoch")
    curve = lab.read("loss_curve")
    assert isinstance(curve, Curve)
    assert [len(s.xs) for s in curve.series] == [1, 1]
    lab.press("train")
    curve = lab.read("loss_curve")
    assert isinstance(curve, Curve)
    assert curve.series[0].xs == tuple(float(e) for e in range(1, 301))
    assert (lab.lookup("learned"), lab.lookup("accuracy")) == (5, 1.0)
    for name in NAMES:
        lab.set("shape", name)
        lab.press("load")
        assert lab.lookup("winner") == name


def test_drawing_actions(lab: ShapesLab) -> None:
    lab.set("shape", "rhombus")
    lab.press("load")
    assert lab.get("drawing") == pixels(RHOMBUS)
    lab.press("shift_down")
    assert lab.get("drawing") == pixels("00000 00100 01010 10001 01010")
    lab.press("shift_right")
    assert lab.get("drawing") == pixels("00000 00010 00101 01000 00101")
    lab.press("invert")
    assert lab.get("drawing") == pixels("11111 11101 11010 10111 11010")
    lab.press("clear")
    assert lab.get("drawing") == pixels("00000 00000 00000 00000 00000")
    lab.press("broken")
    assert np.abs(np.array(lab.get("drawing")) - np.array(pixels(RHOMBUS))).sum() == 2
    first = lab.get("drawing")
    lab.press("broken")
    assert lab.get("drawing") != first


def test_it_says_plainly_that_the_sources_test_row_is_a_training_row(lab: ShapesLab) -> None:
    assert lab.lookup("source_test") == "is training row 2"
    lab.set("drawing", pixels(RHOMBUS))
    assert (lab.lookup("seen"), lab.lookup("known")) == ("is training row 2", "yes")
    lab.press("broken")
    assert (lab.lookup("seen"), lab.lookup("known")) == ("new to the network", "no")


def test_a_taught_drawing_joins_the_training_rows_and_is_forgotten_again(lab: ShapesLab) -> None:
    lab.set("drawing", pixels("10000 10000 10000 10000 11111"))
    lab.set("shape", "cross")
    assert "training row 6" in lab.press("teach")
    assert lab.lookup("training_rows") == 6
    lab.press("epoch")
    assert lab.lookup("steps_done") == 6
    lab.press("forget")
    assert lab.lookup("training_rows") == 5
    with pytest.raises(ControlError, match="taught no drawing"):
        lab.press("forget")


def test_the_seed_makes_another_network_and_the_other_settings_keep_it(trained: ShapesLab) -> None:
    answer = trained.read("confidences")
    trained.set("dropout", 0.5)
    trained.set("batch_size", 2)
    trained.set("epochs", 20)
    assert trained.read("confidences") == answer
    trained.press("epoch")
    assert trained.lookup("epochs_done") == 301
    trained.set("seed", 1)
    assert trained.lookup("epochs_done") == 0
    trained.set("seed", 0)
    fresh = ShapesLab()
    assert trained.read("network") == fresh.read("network")


def test_reset_goes_back_to_the_initial_weights(trained: ShapesLab) -> None:
    trained.press("reset")
    assert trained.read("confidences") == ShapesLab().read("confidences")
    assert trained.lookup("steps_done") == 0


def test_a_kept_lab_goes_on_bit_for_bit(lab: ShapesLab) -> None:
    lab.set("drawing", pixels(RHOMBUS))
    lab.press("teach")
    lab.press("step")
    lab.press("epoch")
    again = ShapesLab()
    again.restore(lab.state())
    assert again.state().values == lab.state().values
    for one in (lab, again):
        one.press("train")
    assert again.read("confidences") == lab.read("confidences")
    assert again.read("loss_curve") == lab.read("loss_curve")


def test_what_does_not_fit_is_left_out_of_a_kept_lab(trained: ShapesLab) -> None:
    state = trained.state()
    state.arrays["theta"].resize(3, refcheck=False)  # type: ignore[misc]
    again = ShapesLab()
    again.restore(state)
    assert again.lookup("steps_done") == 0


def test_a_twin_answers_what_if_and_leaves_the_lab_alone(lab: ShapesLab) -> None:
    twin = lab.twin()
    twin.press("train")
    assert (twin.lookup("learned"), lab.lookup("steps_done")) == (5, 0)


def test_the_network_is_drawn_with_the_answers_activations(trained: ShapesLab) -> None:
    network, confidences = trained.read("network"), trained.read("confidences")
    assert isinstance(network, Network)
    assert isinstance(confidences, Vector)
    assert [len(layer.values) for layer in network.layers] == [25, 25, 20, 15, 10, 5]
    assert network.layers[-1].values == pytest.approx(confidences.values, abs=1e-6)
    assert network.layers[0].values == tuple(p for row in trained.get("drawing") for p in row)  # type: ignore[union-attr]


def test_after_every_action_it_says_what_a_lab_fresh_from_its_state_says(lab: ShapesLab) -> None:
    lab.set("epochs", 5)
    first = lab.state()
    actions: tuple[Callable[[], object], ...] = (
        lambda: lab.press("step"),
        lambda: lab.press("epoch"),
        lambda: lab.press("noise"),
        lambda: lab.press("teach"),
        lambda: lab.press("finish"),
        lambda: lab.press("forget"),
        lambda: lab.restore_taught({"taught_inputs": np.zeros((2, 25)), "taught_labels": np.eye(5)[:2]}),
        lambda: lab.press("train"),
        lambda: lab.set("learning_rate", 0.1),
        lambda: lab.set("dropout", 0.5),
        lambda: lab.press("epoch"),
        lambda: lab.press("reset"),
        lambda: lab.press("epoch"),
        lambda: lab.restore(first),
    )
    for number, act in enumerate(actions):
        lab.press("load")
        for name in lab.readout_names():
            lab.read(name)
        act()
        twin = lab.twin()
        for name in lab.readout_names():
            # repr: a step that was not taken has a loss of NaN, which no other NaN equals.
            assert repr(lab.read(name)) == repr(twin.read(name)), (number, name)


def test_a_survey_shows_in_what_was_read_before_and_is_gone_with_a_reset(lab: ShapesLab) -> None:
    lab.set("epochs", 1)
    assert lab.lookup("survey") == "none yet"
    lab.press("try_seeds")
    tried = "0 of 20 learned every drawing in 1 epochs"
    assert (lab.lookup("survey"), lab.lookup("status"), lab.lookup("survey_verdict")) == (tried, tried, "none")
    lab.press("reset")
    assert (lab.lookup("survey"), lab.lookup("status")) == ("none yet", "untrained")


def test_a_survey_under_way_says_which_seed_it_tries() -> None:
    lab = ShapesLab(Turns().start_run)
    lab.set("epochs", 1)
    lab.press("try_seeds")
    said = [lab.lookup("status")]
    while lab.busy:
        lab.poll()
        said.append(lab.lookup("status"))
    counts = lab.read("survey_counts")
    assert isinstance(counts, Vector)
    assert sum(counts.values) == 20
    assert "trying seed 19 of 20" in said
    assert said[-1] == "0 of 20 learned every drawing in 1 epochs"


def test_the_survey_tries_the_seeds_and_counts(lab: ShapesLab) -> None:
    lab.set("epochs", 20)
    lab.press("try_seeds")
    counts = lab.read("survey_counts")
    assert isinstance(counts, Vector)
    assert sum(counts.values) == 20
    # After the source's 20 epochs none has all five; measured there over 20 seeds as here.
    assert counts.values[0] == 0
    assert "0 of 20" in str(lab.lookup("survey"))


def test_a_learning_rate_that_diverges_is_told(lab: ShapesLab) -> None:
    lab.set("learning_rate", 100)
    lab.press("train")
    status = str(lab.lookup("status"))
    loss = lab.read("loss")
    assert isinstance(loss, Number)
    assert "Lower the learning rate" in status or loss.value > math.log(5)
