"""Pictures of one's own in the studio: from the shell, in a token by their contents, with presets, kept and said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.datasets.test_own_pictures import by_class, dots, save
from tutor.cli import main
from tutor.engine.layers import Conv2D, Dense, Flatten, Reshape
from tutor.engine.network import forward, output_name
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import views
from tutor.engine.validation import SpecError
from tutor.labs.kit.controls import ControlError
from tutor.labs.studio import StudioLab
from tutor.studio.building import spec_of, training_data
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.own_data import pictures_of
from tutor.studio.presets import PRESETS
from tutor.studio.problem import _own_pictures, problem_of, table_rows
from tutor.studio.token import TokenError, experiment_of, token_of
from tutor.studio.weights import experiment_of_network
from tutor.training.saved.model_file import load_network


def on(data: DataChoice) -> Experiment:
    return Experiment(data, (Dense(6, "relu"),), "categorical_crossentropy")


def forget() -> None:
    """As in another process, which has read nothing."""
    for known in (problem_of, training_data, table_rows, _own_pictures):
        known.cache_clear()


def test_the_rows_are_the_pictures_by_the_studios_share(tmp_path: Path) -> None:
    data = pictures_of(by_class(tmp_path, count=10))
    problem = problem_of(data)
    assert problem.classes == ("left", "right")
    assert np.bincount(problem.test.targets).tolist() == [2, 2]
    assert np.bincount(problem.training.targets).tolist() == [8, 8]
    expected = {dots(6, 10 * at + number).tobytes() for at in range(2) for number in range(10)}
    found = [row.tobytes() for part in (problem.training, problem.test) for row in part.inputs]
    assert set(found) == expected
    rows = training_data(data, "categorical_crossentropy")
    assert rows.scale == pytest.approx(1 / 255)
    assert rows.inputs.shape == (16, 36)
    assert spec_of(on(data)).layers[-1] == Dense(2, "softmax")
    half = problem_of(DataChoice("pictures", test=50, draw=3, pictures=data.pictures))
    assert len(half.test.inputs) == 10


def test_a_token_names_them_by_what_they_are_and_wants_them(tmp_path: Path) -> None:
    folder = by_class(tmp_path / "mine")
    token = token_of(on(pictures_of(folder)).at(3))
    assert "mine" not in token
    assert experiment_of(token, folder) == on(pictures_of(folder)).at(3)
    forget()
    with pytest.raises(TokenError, match="--data PATH"):
        experiment_of(token)
    with pytest.raises(TokenError, match="no such"):
        experiment_of(token, tmp_path / "gone")
    moved = folder.rename(tmp_path / "elsewhere")
    assert experiment_of(token, moved) == experiment_of(token, moved)
    save(moved / "left" / "0.png", dots(6, 30))
    forget()
    with pytest.raises(TokenError, match="contents differ"):
        experiment_of(token, moved)


def test_the_lab_trains_on_them_shows_them_and_keeps_them(tmp_path: Path) -> None:
    lab = StudioLab()
    lab.show_experiment(on(pictures_of(by_class(tmp_path))))
    assert lab.get("data") == "pictures"
    assert "2 classes, left, right: 8 to train on and 2 to test with, 6×6 pixels" in str(lab.lookup("notes"))
    before = float(lab.lookup("losses[training]"))
    for _ in range(30):
        lab.press("epoch")
    assert float(lab.lookup("losses[training]")) < before
    assert "test pictures are wrong" in lab.read("map").label  # type: ignore[union-attr]
    assert lab.twin().lookup("token") == lab.lookup("token")
    lab.set("test", 40)
    assert len(problem_of(lab._machine.experiment.data).test.inputs) == 4
    lab.set("data", "circle")
    with pytest.raises(ControlError, match="--data"):
        lab.set("data", "pictures")


def test_a_run_whose_pictures_are_gone_is_kept_and_says_why(tmp_path: Path) -> None:
    folder = by_class(tmp_path / "mine")
    lab = StudioLab()
    lab.show_experiment(on(pictures_of(folder)))
    lab.press("epoch")
    state, token = lab.state(), lab.lookup("token")
    folder.rename(tmp_path / "gone")
    forget()
    lab = StudioLab()
    lab.restore(state)
    assert "is kept until you begin" in str(lab.lookup("status"))
    kept = lab.state()
    (tmp_path / "gone").rename(folder)
    lab.restore(kept)
    assert lab.lookup("token") == token
    # As the run before another one, too.
    lab.show_experiment(PRESETS["xor"])
    again = StudioLab()
    again.restore(lab.state())
    again.press("take")
    assert again.lookup("token") == token


def test_presets_train_on_them_or_say_why_not(tmp_path: Path) -> None:
    lab = StudioLab()
    lab.show_experiment(on(pictures_of(by_class(tmp_path / "six"))))
    token = lab.lookup("token")
    for preset, words in (("digits CNN", "28"), ("spiral", "choose other data first"), ("iris", "the data iris")):
        with pytest.raises(ControlError) as told:
            lab.set("preset", preset)
        assert words in str(told.value)
        assert "your pictures are 6×6 of 2 classes" in str(told.value)
        assert lab.lookup("token") == token
        assert lab.get("preset") != preset
    lab.set("preset", "digits MLP")
    assert lab.get("data") == "pictures"
    assert lab._machine.experiment.layers == PRESETS["digits MLP"].layers
    lab.show_experiment(on(pictures_of(by_class(tmp_path / "large", side=28))))
    lab.set("preset", "digits CNN")
    assert lab.get("data") == "pictures"
    lab.press("step")
    lab.set("data", "circle")
    lab.set("preset", "spiral")
    assert lab.get("data") == "spiral"


def test_a_convolution_on_small_pictures(tmp_path: Path) -> None:
    data = pictures_of(by_class(tmp_path, side=5))
    lab = StudioLab()
    layers = (Reshape((5, 5, 1)), Conv2D(2, (3, 3), activation="relu"), Flatten())
    lab.show_experiment(Experiment(data, layers, "categorical_crossentropy"))
    lab.press("epoch")
    assert np.isfinite(float(lab.lookup("losses[test]")))
    with pytest.raises(ShapeError, match="needs 784 numbers"):
        spec_of(Experiment(data, (Reshape((28, 28, 1)), *layers[1:]), "categorical_crossentropy"))


def test_from_the_shell_a_folder_an_array_a_table_and_what_is_neither(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = ["--state", str(tmp_path / "state")]
    np.savez(tmp_path / "x.npz", x=np.stack([dots(6, n) for n in range(10)]), y=np.arange(10) % 2)
    np.savez(tmp_path / "table.npz", x=np.random.default_rng(0).random((20, 3)), y=np.arange(20) % 2)
    for path, data in (
        (by_class(tmp_path / "folder"), "pictures"),
        (tmp_path / "x.npz", "pictures"),
        (tmp_path / "table.npz", "table"),
    ):
        assert main(["studio", "--data", str(path), "--json", *state]) == 0
        token = json.loads(capsys.readouterr().out)["token"]
        assert token.startswith(f"dlt1:{data},")
        assert main(["studio", token, "--data", str(path), "--json", *state]) == 0
        assert json.loads(capsys.readouterr().out)["token"] == token
        forget()
        assert main(["studio", token, "--json", *state]) == 2
        assert "--data" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    for name, words in (("empty", "no pictures in this folder"), ("absent", "no such file")):
        assert main(["studio", "--data", str(tmp_path / name), *state]) == 2
        assert words in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


def test_a_network_of_ones_own_on_pictures_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = by_class(tmp_path / "folder", side=28, count=10)
    file, out = tmp_path / "mine.net", tmp_path / "b.net"
    assert main(["train", "digits-softmax", "--data", str(folder), "--epochs", "1", "--out", str(file)]) == 0
    capsys.readouterr()
    experiment = experiment_of_network(file, pictures_of(folder))
    assert experiment.data.name == "pictures"
    assert main(["studio", str(file), "--data", str(folder), "--json"]) == 0
    token = json.loads(capsys.readouterr().out)["token"]
    command = ["studio", token, "--data", str(folder), "--net", str(file), "--out", str(out)]
    assert main(command) == 0
    np.testing.assert_array_equal(load_network(out).theta, load_network(file).theta)
    assert load_network(out).classes == load_network(file).classes == ("left", "right")
    small = pictures_of(by_class(tmp_path / "small"))
    with pytest.raises(SpecError, match="takes 784 numbers, but the pictures have 6×6 = 36"):
        experiment_of_network(file, small)
    Image.fromarray(dots(28, 3)).save(folder / "left" / "3.png")
    save(folder / "up" / "1.png", dots(28, 70))
    with pytest.raises(SpecError, match="2 classes, but the pictures have 3"):
        experiment_of_network(file, pictures_of(folder))


def test_a_drawing_is_answered_and_the_way_to_a_map_is_named(tmp_path: Path) -> None:
    lab = StudioLab()
    lab.show_experiment(on(pictures_of(by_class(tmp_path))))
    assert lab.in_use("canvas")
    assert lab.vector("canvas").shape == (6, 6)
    lab.set("canvas", np.eye(6).tolist())
    spec, state = spec_of(lab._machine.experiment), lab._machine.checkpoint.engine
    expected = forward(spec, views(spec, state.theta, state.moving), np.eye(6, dtype="float32").reshape(1, 36))
    answer = [lab.lookup(f"confidences[{name}]") for name in ("left", "right")]
    assert answer == pytest.approx(expected[output_name(spec)][0].tolist(), abs=1e-6)
    with pytest.raises(ControlError, match="not centred"):
        lab.press("centre")
    # A preset is tried on the pictures that are there, and the preset shapes would not fit them.
    assert str(lab.lookup("asked")).endswith("this network takes 36 numbers. Choose the data shapes.")
    lab.set("data", "shapes")
    assert lab.lookup("asked") == "not asked yet"
