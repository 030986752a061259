"""The controls of the studio and its experiments say the same, each way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tutor.engine.layers import Dense, Dropout
from tutor.engine.optimizer_specs import SGD, Adam
from tutor.engine.schedules import CosineDecay, PiecewiseConstantDecay
from tutor.engine.validation import SpecError
from tutor.labs.kit.controls import ControlError
from tutor.labs.studio.controls import LAYER_SETTINGS, studio_controls
from tutor.labs.studio.mapping import edited_layers, layer_values, values_of, with_control, with_points
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.presets import PRESETS

LEFT_AS_THEY_ARE = {control.name: getattr(control, "default", 0) for control in studio_controls()}
"""What stands in the controls that an experiment does not say."""


def said(experiment: Experiment) -> dict:
    rate = {"rate": float(experiment.optimizer.learning_rate), "batch": experiment.batch}
    return {**LEFT_AS_THEY_ARE, **values_of(experiment), **rate}


@pytest.mark.parametrize("preset", PRESETS)
def test_what_a_control_says_of_an_experiment_changes_nothing_in_it(preset: str) -> None:
    experiment = PRESETS[preset]
    for name in ("count", "noise", "test", "draw", "features", "loss", "rate", "schedule", "batch", "seed", "engine"):
        assert with_control(experiment, name, said(experiment), 0) == experiment, name
    for at, layer in enumerate(experiment.layers):
        shown = layer_values(layer)
        for name in set(shown) & set(LAYER_SETTINGS):
            # A stride that follows from the window is written down by this, and is the same stride.
            edited = with_control(experiment, name, {**said(experiment), **shown}, at)
            assert layer_values(edited.layers[at]) == shown, (at, name)
            assert replace(edited, layers=experiment.layers) == experiment


def test_each_control_changes_its_own_part() -> None:
    experiment = Experiment()
    values = said(experiment)
    assert with_control(experiment, "noise", {**values, "noise": 20}, 0) == replace(
        experiment, data=DataChoice(noise=20)
    )
    adam = with_control(experiment, "optimizer", {**values, "optimizer": "Adam", "rate": 0.01}, 0)
    assert adam.optimizer == Adam(0.01)
    cosine = with_control(experiment, "schedule", {**values, "schedule": "cosine", "decay": 70}, 0)
    assert cosine.optimizer == SGD(CosineDecay(0.03, 70))
    assert values_of(cosine)["decay"] == 70
    steps = with_control(experiment, "schedule", {**values, "schedule": "steps", "decay": 70, "rate": 0.8}, 0)
    assert steps.optimizer == SGD(PiecewiseConstantDecay((70, 140, 210), (0.8, 0.4, 0.2, 0.1)))
    assert (values_of(steps)["schedule"], values_of(steps)["decay"]) == ("steps", 70)
    second = with_control(experiment, "units", {**values, "units": 3}, 1)
    assert second.layers == (Dense(4, "tanh"), Dense(3, "tanh"))
    assert with_control(experiment, "data", {**values, "data": "digits"}, 0) == PRESETS["digits softmax"]


def test_layers_and_points_by_hand() -> None:
    layers = (Dense(4, "tanh"), Dropout(0.2))
    added = edited_layers(layers, "add", "Dropout", 0)
    assert (len(added.layers), added.at, added.said) == (3, 1, "Dropout: layer 2.")
    later = edited_layers(layers, "later", "Dense", 0)
    assert (later.layers, later.at) == ((layers[1], layers[0]), 1)
    assert edited_layers(layers, "remove", "Dense", 1).layers == layers[:1]
    with pytest.raises(SpecError, match="last hidden layer"):
        edited_layers(layers, "later", "Dense", 1)
    with pytest.raises(ControlError, match="no hidden layer"):
        edited_layers((), "remove", "Dense", 0)
    data = with_points(DataChoice(), "set", {"point": (1.0, -2.0), "class": "−1"})
    assert data.points == ((1.0, -2.0, -1.0),)
    other = with_points(data, "set_other", {"point": (0.0, 1.0), "class": "−1"})
    assert other.points == ((1.0, -2.0, -1.0), (0.0, 1.0, 1.0))
    assert with_points(data, "unset", {}).points == ()
    with pytest.raises(ControlError, match="rows of its own"):
        with_points(DataChoice("shapes"), "set", {"point": (1.0, -2.0), "class": "1"})
