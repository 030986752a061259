"""The CNN beside the MLP: what is counted against drawings asked one by one, and what the lesson says of shifts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.backends.interface import TrainingData
from tutor.datasets.shapes import NAMES, training_rows
from tutor.labs.kit.controls import NumberControl
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import Picture, Vector
from tutor.labs.shapes_cnn.lab import ShapesCnnLab
from tutor.labs.shapes_cnn.networks import HEADS
from tutor.training.run import InlineRun
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase, Snapshot
from tutor.training.turns import Turns

PLUS = np.array([[r == 2 or c == 2 for c in range(5)] for r in range(5)], dtype=float)
CENTRE = np.eye(25)[12].reshape(5, 5).tolist()


@pytest.fixture
def lab() -> ShapesCnnLab:
    return ShapesCnnLab()


def number(lab: ShapesCnnLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return value


def maps(lab: ShapesCnnLab) -> np.ndarray:
    picture = lab.read("maps")
    assert isinstance(picture, Picture)
    return np.array([tile.values for tile in picture.tiles])


def answer(lab: ShapesCnnLab, name: str) -> np.ndarray:
    vector = lab.read(name)
    assert isinstance(vector, Vector)
    return np.array(vector.values)


def test_the_moved_are_counted_as_they_answer_one_by_one(lab: ShapesCnnLab) -> None:
    lab.press("finish")
    right = {"CNN": 0, "MLP": 0}
    for name, row in zip(NAMES, training_rows().inputs, strict=True):
        for down in (-1, 0, 1):
            for across in (-1, 0, 1):
                if (down, across) == (0, 0):
                    continue
                framed = np.pad(row.reshape(5, 5), 1)
                lab.set("drawing", framed[1 - down : 6 - down, 1 - across : 6 - across].tolist())
                said = lab.lookup("says")
                assert isinstance(said, str)
                for network, one in zip(right, said.split(", "), strict=True):
                    right[network] += one == name
    assert number(lab, "results[CNN][moved]") == right["CNN"]
    assert number(lab, "results[MLP][moved]") == right["MLP"]
    assert sum(number(lab, f"by_shape[{name}][CNN]") for name in NAMES) == right["CNN"]


def test_less_of_the_place_behind_the_convolution_means_more_of_the_moved(lab: ShapesCnnLab) -> None:
    means = {}
    for head in ("flatten", "pool", "global max"):
        lab.set("head", head)
        counts = []
        for seed in range(4):
            lab.set("seed", seed)
            lab.press("finish")
            assert lab.lookup("learned") == "yes"
            counts.append((number(lab, "results[CNN][moved]"), number(lab, "results[MLP][moved]")))
        means[head], mlp = np.mean(counts, axis=0)
    # A guess is right with 8 of 40.
    assert 5 < mlp < means["flatten"] < 16 < means["pool"] < 26 < means["global max"] < 40


@pytest.mark.parametrize("head", HEADS)
def test_the_maps_move_with_the_drawing_and_what_is_behind_decides_who_notices(lab: ShapesCnnLab, head: str) -> None:
    lab.set("head", head)
    lab.set("drawing", CENTRE)
    before, confidence = maps(lab), answer(lab, "cnn")
    lab.press("shift_right")
    assert maps(lab)[:, :, 2:] == pytest.approx(before[:, :, 1:4], abs=1e-6)
    same = np.allclose(answer(lab, "cnn"), confidence, atol=1e-6)
    assert same == head.startswith("global")


def test_another_head_is_a_fresh_cnn_and_leaves_the_mlp(lab: ShapesCnnLab) -> None:
    lab.press("finish")
    mlp = answer(lab, "mlp")
    lab.set("head", "global max")
    assert number(lab, "epochs_done") == 0
    assert (answer(lab, "mlp") == mlp).all()
    lab.press("train")
    # Only what was behind went on: the MLP had its epochs.
    assert number(lab, "epochs_done") == number(lab, "epochs")
    assert (answer(lab, "mlp") == mlp).all()
    lab.press("train")
    assert number(lab, "epochs_done") == 2 * number(lab, "epochs")
    assert not (answer(lab, "mlp") == mlp).all()
    lab.set("seed", 1)
    assert lab.lookup("status") == "untrained"


def test_finishing_twice_does_not_train_twice() -> None:
    plays: list[str] = []

    class Going(InlineRun):
        """A run that goes on and on."""

        @property
        def snapshot(self) -> Snapshot:
            return replace(super().snapshot, phase=Phase.RUNNING if plays else Phase.READY)

        @property
        def settled(self) -> bool:
            return not plays

        def play(self) -> None:
            plays.append("play")

    def start(settings: RunSettings, data: TrainingData, begun: Checkpoint | None = None) -> InlineRun:
        return Going(settings, data, begun)

    lab = ShapesCnnLab(start)
    lab.press("finish")
    lab.press("finish")
    assert len(plays) == 2
    assert lab.busy


def test_what_was_trained_is_kept(lab: ShapesCnnLab) -> None:
    lab.set("filters", 3)
    lab.set("shape", "plus")
    lab.press("shift_left")
    lab.press("epoch")
    assert lab.lookup("status") == "paused: epochs CNN 1, MLP 1"
    other = ShapesCnnLab()
    other.restore(lab.state())
    assert (other.vector("drawing") == np.pad(PLUS, ((0, 0), (0, 1)))[:, 1:]).all()
    for name in ("cnn", "mlp", "kernels", "results", "shifted_curve"):
        assert other.read(name) == lab.read(name)
    assert number(other, "epochs_done") == 1


def test_the_survey_counts_both_networks_and_is_gone_after_a_change(lab: ShapesCnnLab) -> None:
    lab.set("epochs", 1)
    assert lab.lookup("survey_verdict") == "none yet"
    lab.press("try_seeds")
    assert lab.lookup("status") == "8 seeds tried"
    assert number(lab, "survey[CNN][least]") <= number(lab, "survey[CNN][mean]") <= number(lab, "survey[CNN][most]")
    lab.set("filters", 2)
    assert lab.lookup("survey_verdict") == "none yet"


def test_a_survey_under_way_says_which_seed_it_tries() -> None:
    lab = ShapesCnnLab(Turns().start_run)
    lab.set("epochs", 1)
    lab.press("try_seeds")
    said = [lab.lookup("status")]
    while lab.busy:
        lab.poll()
        said.append(lab.lookup("status"))
    assert "trying seed 7 of 8" in said
    assert said[-1] == "8 seeds tried"
    assert number(lab, "survey[MLP][most]") >= number(lab, "survey[MLP][least]")


def test_after_every_action_it_says_what_a_lab_fresh_from_its_state_says(lab: ShapesCnnLab) -> None:
    lab.set("epochs", 3)
    first = lab.state()
    actions: tuple[Callable[[], object], ...] = (
        lambda: lab.press("epoch"),
        lambda: lab.press("shift_down"),
        lambda: lab.set("shape", "cross"),
        lambda: lab.press("finish"),
        lambda: lab.set("learning_rate", 0.3),
        lambda: lab.press("train"),
        lambda: lab.set("head", "global max"),
        lambda: lab.press("epoch"),
        lambda: lab.set("filters", 1),
        lambda: lab.press("epoch"),
        lambda: lab.press("reset"),
        lambda: lab.press("epoch"),
        lambda: lab.set("seed", 3),
        lambda: lab.press("epoch"),
        lambda: lab.restore(first),
    )
    for number_, act in enumerate(actions):
        for name in lab.readout_names():
            lab.read(name)
        act()
        twin = lab.twin()
        for name in lab.readout_names():
            assert lab.read(name) == twin.read(name), (number_, name)


@pytest.mark.parametrize("path", ["mlp.dense.z[0,3]", "mlp.dense_1.out[0,2]", "mlp.dense_4.z[0,1]", "mlp[plus]"])
def test_the_arithmetic_of_a_trained_mlp_gives_its_numbers(lab: ShapesCnnLab, path: str) -> None:
    lab.press("finish")
    derivation = why(lab, path)
    assert evaluated(derivation.numbers) == pytest.approx(derivation.value, rel=1e-4, abs=1e-6)


def test_only_one_of_both_may_have_gone_on() -> None:
    lab = ShapesCnnLab(Turns().start_run)
    before = answer(lab, "mlp")
    lab._trainings["MLP"].step()
    assert (answer(lab, "mlp") != before).any()


@pytest.mark.parametrize("head", HEADS)
def test_what_is_counted_is_what_the_network_has(lab: ShapesCnnLab, head: str) -> None:
    lab.set("head", head)
    for filters in (1, 5, 8):
        lab.set("filters", filters)
        behind = {"flatten": 25, "pool": 9, "global max": 1, "global average": 1}[head] * filters
        assert number(lab, "flow[to_Dense]") == behind
        assert number(lab, "counts[Conv2D]") == 10 * filters
        assert number(lab, "counts[together]") == 10 * filters + 5 * behind + 5


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("end", ["low", "high"])
def test_at_the_ends_of_its_controls_every_number_is_finite_and_the_program_fits(
    lab: ShapesCnnLab, head: str, end: str
) -> None:
    lab.set("head", head)
    for control in lab.value_controls():
        if isinstance(control, NumberControl):
            lab.set(control.name, getattr(control, end))
    lab.press("epoch")
    for name in lab.readout_names():
        assert all(math.isfinite(value) for _, _, value in numbers_in(lab.read(name))), name
    source = lab.keras_program().source
    compile(source, "keras", "exec")
    assert max(map(len, source.splitlines())) <= 42


def test_bars_of_this_seed_are_the_counts_of_the_table(lab: ShapesCnnLab) -> None:
    lab.press("finish")
    for network in ("CNN", "MLP"):
        assert lab.lookup(f"this_seed[from_seed_0][{network}]") == lab.lookup(f"results[{network}][moved]")
    assert lab.lookup("this_seed[from_seed_0][CNN]") == sum(lab.lookup(f"by_shape[{s}][CNN]") for s in NAMES)
