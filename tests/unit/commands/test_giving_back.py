"""A network that is to give back the drawing it is given: every command with a saved one, against sums by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.shared_workshop import SharedWorkshop
from tutor.cli import main
from tutor.commands import compare, train
from tutor.datasets.shapes import held_out_rows, training_rows
from tutor.engine.layers import Dense
from tutor.engine.spec import NetworkSpec
from tutor.training.saved.model_file import ModelFileError, SavedNetwork, load_network, save_network

NAME = "shapes-autoencoder"
EPOCHS = 30


@pytest.fixture(scope="module")
def shared() -> Iterator[SharedWorkshop]:
    workshop = SharedWorkshop()
    yield workshop
    workshop.end()


@pytest.fixture
def one_worker(shared: SharedWorkshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorFlow is loaded once for all commands."""
    monkeypatch.setattr(compare, "Workshop", shared)
    monkeypatch.setattr(train, "Workshop", shared)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learned for a while, so that some pixels are still wrong, and rows to ask it about."""
    folder = tmp_path_factory.mktemp("back")
    assert main(["train", NAME, "--epochs", str(EPOCHS), "--out", str(folder / "back.net")]) == 0
    np.save(folder / "held_out.npy", held_out_rows().inputs)
    np.save(folder / "shapes.npy", training_rows().inputs)
    return folder


def answers(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def cross_entropy(back: np.ndarray, wanted: np.ndarray) -> float:
    """By hand: for each pixel −ln of the probability of what it is."""
    return float(-np.log(np.where(wanted == 1, back, 1 - back)).mean())


def test_training_says_the_loss_and_the_rows_of_which_every_pixel_comes_back(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", NAME, "--epochs", str(EPOCHS), "--out", str(tmp_path / "again.net")]
    *epochs, last = answers(capsys, *words)
    assert [e["epoch"] for e in epochs] == list(range(1, EPOCHS + 1))
    for file, inputs, kind in (
        ("shapes.npy", training_rows().inputs, ""),
        ("held_out.npy", held_out_rows().inputs, "test_"),
    ):
        found = answers(capsys, "predict", str(tmp_path / "again.net"), str(trained / file))
        back = np.array([a["back"] for a in found])
        assert back.shape == inputs.shape
        assert last[f"{kind}loss"] == pytest.approx(cross_entropy(back, inputs), rel=1e-5)
        alike = [
            sum((p > 0.5) == (x == 1) for p, x in zip(*pair, strict=True)) for pair in zip(back, inputs, strict=True)
        ]
        assert [a["alike"] for a in found] == alike
        assert last[f"{kind}accuracy"] == pytest.approx(alike.count(25) / len(inputs))
    assert 0 < last["accuracy"] < 1


def test_resuming_comes_to_the_same_weights(trained: Path, tmp_path: Path) -> None:
    file = tmp_path / "half.net"
    assert main(["train", NAME, "--epochs", str(EPOCHS // 2), "--out", str(file)]) == 0
    assert main(["train", "--resume", str(file), "--epochs", str(EPOCHS)]) == 0
    assert np.array_equal(load_network(file).theta, load_network(trained / "back.net").theta)


def test_evaluate_counts_pixels_and_has_no_confusions(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = answers(capsys, "evaluate", str(trained / "back.net"))
    asked = answers(capsys, "predict", str(trained / "back.net"), str(trained / "held_out.npy"))
    back = np.array([a["back"] for a in asked])
    assert found["loss"] == pytest.approx(cross_entropy(back, held_out_rows().inputs), rel=1e-5)
    alike = sum(a["alike"] for a in asked)
    assert (found["pixels_alike"], found["pixels"], found["rows"]) == (alike, 125 * 25, 125)
    assert found["confusion"] == found["names"] == []
    assert main(["evaluate", str(trained / "back.net")]) == 0
    out = capsys.readouterr().out
    assert f"{alike:,} of 3,125 pixels come back" in out
    assert "no confusion matrix" in out


def test_predict_draws_what_comes_back(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = trained / "row.npy"
    drawing = np.zeros(25)
    drawing[:5] = 1
    np.save(row, drawing)
    (found,) = answers(capsys, "predict", str(trained / "back.net"), str(row), "--show")
    assert found["given"] == drawing.tolist()
    assert set(found) == {"input", "row", "back", "alike", "given"}
    assert main(["predict", str(trained / "back.net"), str(row), "--show"]) == 0
    *pictures, head, one, two, three, four, five = capsys.readouterr().out.splitlines()
    given, back = zip(*((line[3:8], line[-6:-1]) for line in pictures), strict=True)
    assert given == ("▀▀▀▀▀", "     ", "     ")
    marks = np.array([[[c in "▀█", c in "▄█"] for c in line] for line in back]).transpose(0, 2, 1).reshape(6, 5)[:5]
    assert marks.tolist() == (np.array(found["back"]).reshape(5, 5) > 0.5).tolist()
    assert head == f"row 1: {found['alike']} of 25 pixels come back"
    numbers = [[float(number) for number in line.split()] for line in (one, two, three, four, five)]
    np.testing.assert_allclose(numbers, np.reshape(found["back"], (5, 5)), atol=5.1e-7)


@pytest.mark.parametrize("to", ["numpy", pytest.param("python", marks=pytest.mark.tensorflow)])
def test_an_exported_program_prints_what_predict_prints(
    to: str, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.py"
    assert main(["export", str(trained / "back.net"), "--to", to, "--out", str(program)]) == 0
    capsys.readouterr()
    assert main(["predict", str(trained / "back.net"), str(trained / "shapes.npy")]) == 0
    expected = capsys.readouterr().out.split()
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(trained / "shapes.npy")],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    printed = done.stdout.split()
    assert len(printed) == len(expected) == 5 * (8 + 25)
    for said, wanted in zip(printed, expected, strict=True):
        assert said == wanted or float(said) == pytest.approx(float(wanted), abs=2e-6)


@pytest.mark.tensorflow
def test_out_to_keras_and_back(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keras, back = tmp_path / "n.keras", tmp_path / "back.net"
    assert main(["export", str(trained / "back.net"), "--to", "keras", "--out", str(keras)]) == 0
    assert main(["import", str(keras), "--out", str(back)]) == 0
    assert "taken for a network for the drawings" in capsys.readouterr().err
    assert np.array_equal(load_network(back).theta, load_network(trained / "back.net").theta)
    assert answers(capsys, "evaluate", str(back)) == answers(capsys, "evaluate", str(trained / "back.net"))


@pytest.mark.tensorflow
@pytest.mark.usefixtures("one_worker")
def test_both_engines_train_it_alike(capsys: pytest.CaptureFixture[str]) -> None:
    last = answers(capsys, "compare", NAME, "--steps", "20", "--dtype", "float64")[-1]
    assert last["holds"]
    ours, theirs = (
        answers(capsys, "train", NAME, "--epochs", "40", "--backend", backend)[-1]
        for backend in ("numpy", "tensorflow")
    )
    assert theirs["backend"] == "tensorflow"
    assert theirs["loss"] == pytest.approx(ours["loss"], abs=1e-5)
    assert theirs["accuracy"] == ours["accuracy"] > 0


@pytest.mark.parametrize("label", ["", " 0 0 0 0 1"])
def test_drawings_of_ones_own_need_no_label(label: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.dat"
    file.write_text(f"{'1 ' * 24}0.5{label}\n{'0 ' * 24}1{label}\n")
    words = ["train", NAME, "--data", str(file), "--epochs", "2", "--out", str(tmp_path / "own.net")]
    last = answers(capsys, *words)[-1]
    assert last["data"].startswith("2 drawings of a file; held out are 125 others")
    (found,) = answers(capsys, "evaluate", str(tmp_path / "own.net"))
    assert found["loss"] == pytest.approx(last["test_loss"], rel=1e-6)
    file.write_text(f"{'1 ' * 24}0{label}\n1 1\n")
    assert main(["train", NAME, "--data", str(file)]) == 2
    assert "own.dat:2: expected" in capsys.readouterr().err


OWN = """
name = "own"
data = "drawings"
input_shape = [5, 5, 1]
loss = "binary_crossentropy"
from_logits = true
optimizer = "adam"
batch_size = 5
[[layers]]
kind = "flatten"
[[layers]]
kind = "dense"
units = 3
[[layers]]
kind = "dense"
units = 25
"""


def test_a_network_of_ones_own_gives_back_too(
    tmp_path: Path, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    words = ["train", "--spec", str(tmp_path / "own.toml"), "--epochs", "200", "--out", str(tmp_path / "own.net")]
    last = answers(capsys, *words)[-1]
    found = answers(capsys, "predict", str(tmp_path / "own.net"), str(trained / "shapes.npy"))
    back = np.array([a["back"] for a in found])
    assert last["loss"] == pytest.approx(cross_entropy(back, training_rows().inputs), rel=1e-4)
    assert last["loss"] < 0.5


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "units = 25",
            "units = 24",
            "own.toml:14: the network ends in 24 numbers, but it is to give back the 25 that ",
        ),
        ("binary_crossentropy", "mean_squared_error", "own.toml:5: drawings are to be given back, each pixel for its"),
        ('loss = "binary_crossentropy"\n', "", "own.toml:3: drawings are to be given back, each pixel for itself"),
        ("[5, 5, 1]", "[6, 6, 1]", "own.toml:4: the network takes 36 numbers, but a row of the data has 25"),
    ],
)
def test_what_gives_nothing_back_is_refused_with_its_line(
    old: str, new: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = OWN.replace("from_logits = true\n", "") if "loss" in old + new or "entropy" in old else OWN
    (tmp_path / "own.toml").write_text(text.replace(old, new))
    assert main(["train", "--spec", str(tmp_path / "own.toml")]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["map"], "shapes-autoencoder gives drawings back and has no classes"),
        (["write"], "shapes-autoencoder does not write"),
        (["studio"], "back.net gives back what it is given, but the networks of the studio tell classes apart"),
        (["learn"], "dl-tutor predict back.net asks it: it gives back what it is given, and the studio has no such"),
    ],
)
def test_what_cannot_be_done_with_it_is_said(
    words: list[str], said: str, trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, str(trained / "back.net")]) == 2
    assert said in capsys.readouterr().err


def test_it_is_in_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--models", "--json"]) == 0
    (row,) = (row for row in json.loads(capsys.readouterr().out) if row["name"] == NAME)
    assert (row["data"], row["parameters"], row["loss"]) == ("drawings", 923, "binary_crossentropy")


def test_only_what_has_an_output_for_each_input_needs_no_names(trained: Path, tmp_path: Path) -> None:
    network = load_network(trained / "back.net")
    assert network.gives_back
    spec = NetworkSpec("five", (25,), (Dense(5, "sigmoid"),), "binary_crossentropy")
    other = SavedNetwork(spec, np.zeros(130, "float32"), network.moving, ())
    save_network(tmp_path / "five.net", other)
    with pytest.raises(ModelFileError, match="its weights do not fit its network"):
        load_network(tmp_path / "five.net")
