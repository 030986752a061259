"""A run that begins with a saved network: its weights, its data, and what is told if it does not fit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tutor.cli import main
from tutor.engine.layers import Dense
from tutor.engine.parameters import count
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import SpecError
from tutor.labs.studio import StudioLab
from tutor.studio.experiment import DataChoice
from tutor.studio.presets import PRESETS
from tutor.studio.replaying import Replay, replayed
from tutor.studio.token import TokenError, experiment_of, token_of
from tutor.studio.weights import experiment_of_network, read_network
from tutor.training.models import MODELS
from tutor.training.saved.model_file import SavedNetwork, save_network


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "spiral.net"
    assert main(["studio", token_of(PRESETS["spiral"].at(300)), "--out", str(path)]) == 0
    return path


def test_it_begins_where_the_saved_network_was(file: Path) -> None:
    experiment = experiment_of_network(file)
    theta = replayed(PRESETS["spiral"].at(300)).checkpoint.engine.theta
    np.testing.assert_array_equal(Replay(experiment).checkpoint.engine.theta, theta)
    whole, rest = replayed(experiment.at(40)), Replay(experiment, replayed(experiment.at(13)).checkpoint)
    rest.to(40)
    np.testing.assert_array_equal(rest.checkpoint.engine.theta, whole.checkpoint.engine.theta)
    assert not np.array_equal(whole.checkpoint.engine.theta, theta)


def test_a_token_names_it_by_its_weights_and_wants_the_file(file: Path) -> None:
    experiment = experiment_of_network(file).at(5)
    token = token_of(experiment)
    assert experiment_of(token, network=file) == experiment
    with pytest.raises(TokenError, match="--net FILE"):
        experiment_of(token)
    network = read_network(file)
    other = file.with_name("other.net")
    save_network(other, replace(network, theta=network.theta + 1))
    with pytest.raises(TokenError, match="its weights differ"):
        experiment_of(token, network=other)


def test_a_network_for_names_goes_on_with_them_if_its_tokens_are_theirs(tmp_path: Path) -> None:
    spec = MODELS["rnn-names"].spec
    path = tmp_path / "names.net"
    theta = np.zeros(count(spec), spec.dtype)
    save_network(path, SavedNetwork(spec, theta, theta[:0], tuple(map(str, range(27)))))
    assert experiment_of_network(path).data == DataChoice("names", test=10)
    other = tmp_path / "other.net"
    save_network(other, SavedNetwork(spec, theta, theta[:0], tuple("abcdefghijklmnopqrstuvwxyz.")))
    with pytest.raises(SpecError, match="does not have the 27 tokens of this text"):
        experiment_of_network(other)


def test_the_lab_goes_on_from_it_keeps_it_and_drops_it_with_another_layer(file: Path) -> None:
    lab = StudioLab()
    lab.show_experiment(experiment_of_network(file))
    start = lab.read("losses")
    lab.press("epoch")
    copy = lab.twin()
    assert copy.lookup("token") == lab.lookup("token")
    lab.set("moment", 0)
    assert lab.read("losses") == start
    lab.press("reset")
    assert lab.read("losses") == start
    lab.set("seed", 4)
    assert lab.read("losses") == start
    lab.set("units", 5)
    assert "w" not in str(lab.lookup("token")).split("/")[3]
    lab.press("step")


def test_networks_of_the_shell_open_on_their_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for model, data in (("shapes-mlp", "shapes"), ("digits-softmax", "digits")):
        file = tmp_path / f"{model}.net"
        assert main(["train", model, "--epochs", "1", "--out", str(file)]) == 0
        capsys.readouterr()
        assert experiment_of_network(file).data.name == data
        assert main(["studio", str(file), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["step"] == 0


def test_one_that_does_not_fit_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = tmp_path / "odd.net"
    spec = NetworkSpec("odd", (7,), (Dense(3, "softmax"),))
    save_network(odd, SavedNetwork(spec, np.zeros(24, "float32"), np.zeros(0, "float32"), ("a", "b", "c")))
    with pytest.raises(SpecError, match="takes 7 numbers"):
        experiment_of_network(odd)
    linear = tmp_path / "linear.net"
    spec = NetworkSpec("linear", (2,), (Dense(1),), "mean_squared_error")
    save_network(linear, SavedNetwork(spec, np.zeros(3, "float32"), np.zeros(0, "float32"), ("1",)))
    with pytest.raises(SpecError, match="ends in"):
        experiment_of_network(linear)
    for name in ("gone.net", "gone.keras"):
        assert main(["studio", str(tmp_path / name), "--json"]) == 2
        assert "no such file" in capsys.readouterr().err
