"""What a lab takes to the studio is what the lab shows: the same answers, the same run bit for bit where it can be."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.datasets.plane import moons
from tutor.datasets.plane_sets import plane_set
from tutor.engine.layers import Dense
from tutor.engine.network import forward, output_name
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import count, views
from tutor.labs.catalog import lab_class, lab_ids
from tutor.labs.gpt import GptLab
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.readouts import Vector
from tutor.labs.network_builder import NetworkBuilderLab
from tutor.labs.neuron import NeuronLab
from tutor.labs.neuron.lab import ACTIVATIONS as OF_NEURON
from tutor.labs.overfitting import OverfittingLab
from tutor.labs.plane import PlaneLab
from tutor.labs.plane.controls import ACTIVATIONS, UNITS
from tutor.labs.plane.network import DATA
from tutor.labs.shapes import ShapesLab
from tutor.labs.shapes_cnn import ShapesCnnLab
from tutor.labs.shapes_cnn.networks import HEADS
from tutor.labs.studio import StudioLab
from tutor.studio.building import spec_of, training_data
from tutor.studio.experiment import Experiment
from tutor.studio.replaying import replayed
from tutor.studio.token import experiment_of, token_of
from tutor.training.models import MODELS

TAKEN = {"plane", "neuron", "shapes", "shapes-cnn", "overfitting", "network-builder", "digits", "letters", "gpt"}


def taken(lab: Lab) -> Experiment:
    """The lab's experiment, by way of its token."""
    experiment = lab.for_studio()
    assert experiment is not None
    assert experiment_of(token_of(experiment)) == experiment
    return experiment


def answers(experiment: Experiment, points: list[tuple[float, float]], at: str = "") -> list[float]:
    """What the network says to points, or its array ``at``."""
    spec, engine = spec_of(experiment), replayed(experiment).checkpoint.engine
    values = forward(spec, views(spec, engine.theta, engine.moving), np.array(points, "float32"))
    return values[at or output_name(spec)][:, 0].tolist()


def theta(lab: ShapesLab | OverfittingLab) -> np.ndarray:
    return lab._training.checkpoint().engine.theta


@pytest.mark.parametrize("lab_id", lab_ids())
def test_each_lab_has_one_or_none(lab_id: str) -> None:
    lab = lab_class(lab_id)()
    assert (lab.for_studio() is not None) == (lab_id in TAKEN)
    if lab_id in TAKEN:
        taken(lab)


@pytest.mark.parametrize("hidden", range(5))
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_plane_answers_the_same_with_weights_by_hand(hidden: int, activation: str) -> None:
    lab = PlaneLab()
    lab.set("hidden", hidden)
    lab.set("activation", activation)
    lab.set("w", (0.1, -1.7))
    lab.set("b", 0.3)
    for place, unit in enumerate(UNITS):
        lab.set(unit, (0.3 * place, -0.7, 1.1))
    corners = [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)]
    found = lab.read("corner_y")
    assert isinstance(found, Vector)
    assert answers(taken(lab), corners) == pytest.approx(found.values, abs=1e-6)
    assert not lab.left_out_of_studio()


@pytest.mark.parametrize("data", DATA)
def test_the_plane_learns_as_the_studio_does(data: str) -> None:
    lab = PlaneLab()
    lab.set("data", data)
    lab.press("reset")
    experiment = taken(lab)
    assert not experiment.edits
    rows = training_data(experiment.data, experiment.loss)
    assert rows.inputs == pytest.approx(lab._rows()[0], abs=1e-7)
    assert rows.labels.tolist() == lab._rows()[1].tolist()
    lab.press("few")
    loss = lab.lookup("loss")
    studio = StudioLab()
    studio.show_token(token_of(experiment))
    for _ in range(5):
        studio.press("epoch")
    assert studio.lookup("losses[training]") == pytest.approx(loss, rel=1e-4)
    assert "optimizer" in lab.left_out_of_studio()
    # Its weights go along although its steps do not.
    again = StudioLab()
    again.show_token(token_of(taken(lab)))
    assert again.lookup("losses[training]") == pytest.approx(loss, rel=1e-5)
    again.press("epoch")
    assert again.lookup("losses[training]") < loss


@pytest.mark.parametrize("data", ["AND", "OR"])
@pytest.mark.parametrize("activation", OF_NEURON)
def test_the_neuron_is_the_output_or_a_hidden_unit(activation: str, data: str) -> None:
    lab = NeuronLab()
    lab.set("activation", activation)
    lab.set("data", data)
    lab.set("w", (1.5, -0.3))
    lab.set("b", 0.2)
    experiment = taken(lab)
    pairs = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
    z = np.array([0.2, -0.1, 1.7, 1.4])
    y = {"linear": z, "relu": np.maximum(z, 0), "sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z)}[activation]
    assert answers(experiment, pairs, "dense.out") == pytest.approx(y, abs=1e-6)
    is_output = activation in ("sigmoid", "tanh")
    assert (output_name(spec_of(experiment)) == "dense.out") == is_output
    if not is_output:
        assert answers(experiment, pairs) == pytest.approx(np.tanh(y), abs=1e-6)
    labels = training_data(experiment.data, experiment.loss).labels[:, 0].tolist()
    yes = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1)}[data]
    assert labels == list(yes) if activation == "sigmoid" else [2 * each - 1 for each in yes]
    assert "layer of three" in lab.left_out_of_studio()


@pytest.mark.parametrize(("batch", "dropout"), [(1, 0.2), (2, 0.0), (5, 0.5)])
def test_the_shapes_are_the_same_run_bit_for_bit(batch: int, dropout: float) -> None:
    lab = ShapesLab()
    for name, value in (("batch_size", batch), ("dropout", dropout), ("seed", 3), ("learning_rate", 0.03)):
        lab.set(name, value)
    assert taken(lab).step == 0
    for _ in range(7):
        lab.press("epoch")
    lab.press("step")
    experiment = taken(lab)
    assert experiment.step == lab.lookup("steps_done") > 7
    assert np.array_equal(replayed(experiment).checkpoint.engine.theta, theta(lab))
    assert lab.left_out_of_studio() == ""
    # And they go on alike.
    lab.press("epoch")
    assert np.array_equal(replayed(experiment.at(int(lab.lookup("steps_done")))).checkpoint.engine.theta, theta(lab))


def test_the_shapes_say_what_the_studio_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = ShapesLab()
    lab.press("epoch")
    lab.set("learning_rate", 0.1)
    lab.press("epoch")
    assert "changed on the way" in lab.left_out_of_studio()
    lab.press("teach")
    assert "drawings that you taught" in lab.left_out_of_studio()
    lab.press("forget")
    monkeypatch.setattr("tutor.studio.nearest.MOST_REPLAYED", 9)
    assert taken(lab).step == 0
    assert "10 steps of training" in lab.left_out_of_studio()


@pytest.mark.parametrize("head", HEADS)
def test_the_cnn_is_the_same_run_bit_for_bit(head: str) -> None:
    lab = ShapesCnnLab()
    for name, value in (("head", head), ("filters", 3), ("seed", 2)):
        lab.set(name, value)
    for _ in range(4):
        lab.press("epoch")
    experiment = taken(lab)
    assert experiment.step == 20
    there = lab._trainings["CNN"].checkpoint().engine.theta
    assert np.array_equal(replayed(experiment).checkpoint.engine.theta, there)
    assert lab.left_out_of_studio() == "the MLP"


def test_overfitting_takes_its_network_to_moons_as_noisy() -> None:
    lab = OverfittingLab()
    for name, value in (("units", 8), ("layers", 2), ("l2", 0.003), ("noise", 0.2), ("rows", 80), ("seed", 5)):
        lab.set(name, value)
    for _ in range(3):
        lab.press("epoch")
    experiment = taken(lab)
    spec = spec_of(experiment)
    assert spec.layers[:-1] == (Dense(8, "tanh", l2=0.003),) * 2
    assert (spec.loss, spec.optimizer, spec.seed) == ("categorical_crossentropy", Adam(0.02), 5)
    data = training_data(experiment.data, experiment.loss)
    assert (data.rows, len(data.held_out_inputs)) == (60, 20)
    # All rows in a step, so that the steps are the epochs.
    assert (experiment.step, replayed(experiment).checkpoint.position.epoch) == (3, 3)
    for noise in (0.1, 0.35):
        lab.set("noise", noise)
        choice = taken(lab).data
        there = plane_set("moons", 2000, choice.noise / 100, 1)[0] / 3
        here = moons(2000, noise, 1, 0)[0]
        assert there.std(axis=0) == pytest.approx(here.std(axis=0), rel=0.03)
    assert "its rows" in lab.left_out_of_studio()
    assert "penalty" in lab.left_out_of_studio()


def test_the_builder_takes_its_hidden_layers_to_the_circle() -> None:
    lab = NetworkBuilderLab()
    for name, value in (("hidden", 3), ("units", (5, 3, 2, 7)), ("seed", 9)):
        lab.set(name, value)
    experiment = taken(lab)
    assert experiment == Experiment(layers=(Dense(5, "relu"), Dense(3, "relu"), Dense(2, "relu")), seed=9)
    assert "inputs and outputs" in lab.left_out_of_studio()


@pytest.mark.parametrize(
    ("lab_id", "network"), [("digits", "softmax"), ("digits", "cnn"), ("letters", "mlp"), ("letters", "cnn")]
)
def test_the_networks_of_pictures_are_the_named_ones(lab_id: str, network: str) -> None:
    lab = lab_class(lab_id)()
    lab.set("network", network)
    lab.set("seed", 3)
    experiment = lab.for_studio()
    assert experiment is not None
    named = MODELS[f"{lab_id}-{network}"]
    assert count(spec_of(experiment)) == count(named.spec)
    assert spec_of(experiment).seed == 3
    assert experiment.batch == named.batch_size
    assert lab.left_out_of_studio()


@pytest.mark.parametrize("switch", ["", "positions", "residuals", "normalization"])
def test_a_gpt_goes_on_with_and_without_a_part_to_rounding(switch: str) -> None:
    lab = GptLab()
    if switch:
        lab.set(switch, "off")
    assert lab.left_out_of_studio() == ""
    lab.press("epoch")
    assert "the studio with 32" in lab.left_out_of_studio()
    experiment = taken(lab)
    assert experiment.data.name == "names"
    assert experiment.step == 119
    found, shown = replayed(experiment).checkpoint.engine.theta, lab._training.checkpoint().engine.theta
    np.testing.assert_allclose(found, shown, atol=1e-3)
    assert np.abs(shown).max() > 0.1
