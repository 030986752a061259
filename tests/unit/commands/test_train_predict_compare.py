"""The headless commands, as a script calls them: exit status, standard output for machines, sentences for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shared_workshop import SharedWorkshop
from tutor.cli import main
from tutor.commands import compare, train
from tutor.resources import data_folder

SHAPES = data_folder() / "shapes"


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


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_train_tells_every_epoch_and_then_evaluates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "shapes-mlp", "--json", "--seed", "3"]) == 0
    *epochs, last = json_lines(capsys.readouterr().out)
    assert [e["epoch"] for e in epochs] == list(range(1, 301))
    assert set(epochs[0]) == {"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
    assert {"done": True, "model": "shapes-mlp", "backend": "numpy", "parameters": 1700}.items() <= last.items()
    assert last["accuracy"] == 1.0
    # The evaluation is without dropout, so lower than what the last epoch saw with it.
    assert last["loss"] < epochs[-1]["loss"]
    assert epochs[-1]["val_loss"] == pytest.approx(last["val_loss"], rel=1e-6)


def test_train_for_people_shows_the_curve(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "shapes-mlp", "--epochs", "40"]) == 0
    out = capsys.readouterr().out
    assert "1,700 parameters, 40 epochs" in out
    assert "loss" in out
    assert len(out.splitlines()) > 8


def test_a_saved_network_predicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "shapes.net"
    assert main(["train", "shapes-mlp", "--json", "--out", str(saved)]) == 0
    capsys.readouterr()
    assert main(["predict", str(saved), str(SHAPES / "shapes_test.dat"), "--json"]) == 0
    (answer,) = json_lines(capsys.readouterr().out)
    assert (answer["class"], answer["name"]) == (1, "rhombus")
    assert len(answer["confidences"]) == 5
    assert sum(answer["confidences"]) == pytest.approx(1.0, abs=1e-6)
    assert answer["confidence"] == max(answer["confidences"])
    assert main(["predict", str(saved), str(SHAPES / "shapes_test.dat")]) == 0
    assert "row 1: rhombus" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_file_and_another_another(tmp_path: Path) -> None:
    files = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert main(["train", "shapes-mlp", "--epochs", "5", "--seed", seed, "--out", str(tmp_path / name)]) == 0
        files.append((tmp_path / name).read_bytes())
    from tutor.training.saved.model_file import load_network

    one, again, other = (load_network(tmp_path / name).theta.tolist() for name in "abc")
    assert one == again != other


def test_training_on_a_file_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (SHAPES / "shapes_train.dat").read_text().splitlines()
    (tmp_path / "own.dat").write_text("\r\n".join(rows * 2))
    assert main(["train", "shapes-mlp", "--epochs", "2", "--json", "--data", str(tmp_path / "own.dat")]) == 0
    assert json_lines(capsys.readouterr().out)[-1]["done"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("1 0 1\n", "own.dat:1: "),
        (None, "own.dat: "),
        ("", "own.dat: "),
    ],
)
def test_a_bad_file_is_refused_with_its_line(
    content: str | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "own.dat").write_text(content)
    assert main(["train", "shapes-mlp", "--data", str(tmp_path / "own.dat")]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def test_places_where_nothing_can_be_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "shapes-mlp", "--epochs", "1", "--out", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert main(["train", "shapes-mlp", "--epochs", "1", "--out", str(tmp_path / "no" / "f")]) == 2
    assert "there is no folder" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"\x80\x04\x95", b"hello"])
def test_what_is_no_saved_network_is_refused(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_bytes(content)
    assert main(["predict", str(tmp_path / "f"), str(SHAPES / "shapes_test.dat")]) == 2
    assert "is not a network that 'dl-tutor train --out' saved" in capsys.readouterr().err


def test_a_training_file_is_no_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "shapes-mlp", "--epochs", "1", "--out", str(tmp_path / "n")]) == 0
    assert main(["predict", str(tmp_path / "n"), str(SHAPES / "shapes_train.dat")]) == 2
    assert "shapes_train.dat:1: " in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["train", "no-such"], ["train", "shapes-mlp", "--epochs", "0"], ["nothing"]])
def test_wrong_words_exit_with_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.tensorflow
@pytest.mark.usefixtures("one_worker")
@pytest.mark.parametrize(("dtype", "bound"), [("float64", 1e-10), ("float32", 1e-4)])
def test_both_engines_stay_together_for_a_hundred_steps(
    dtype: str, bound: float, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", "shapes-mlp", "--steps", "100", "--dtype", dtype, "--json"]) == 0
    *steps, last = json_lines(capsys.readouterr().out)
    assert [s["step"] for s in steps] == list(range(1, 101))
    assert all(max(s["weights_apart"], s["gradients_apart"]) < bound for s in steps)
    assert last["holds"]
    # They did train: a comparison of nothing would agree as well.
    assert steps[0]["numpy_loss"] != steps[-1]["numpy_loss"]


LEAKY = """
name = "leaky"
data = "shapes"
input_shape = [25]
batch_size = 5
[[layers]]
kind = "dense"
units = 8
activation = "tanh"
[[layers]]
kind = "leaky_re_lu"
[[layers]]
kind = "dense"
units = 5
activation = "softmax"
"""


@pytest.mark.tensorflow
@pytest.mark.usefixtures("one_worker")
def test_a_network_of_ones_own_is_compared_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "leaky.toml").write_text(LEAKY)
    assert main(["compare", "--spec", str(tmp_path / "leaky.toml"), "--steps", "20", "--json"]) == 0
    assert json_lines(capsys.readouterr().out)[-1]["largest"] < 1e-13


@pytest.mark.tensorflow
@pytest.mark.usefixtures("one_worker")
def test_a_comparison_of_what_is_not_a_number_does_not_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rate = "{ kind = 'exponential_decay', initial_learning_rate = 0.1, decay_steps = 1, decay_rate = 1e38 }"
    (tmp_path / "wild.toml").write_text(
        LEAKY.replace("[[layers]]", f"[optimizer]\nkind = 'sgd'\nlearning_rate = {rate}\n[[layers]]", 1)
    )
    assert main(["compare", "--spec", str(tmp_path / "wild.toml"), "--steps", "4"]) == 1
    assert "is not finite" in capsys.readouterr().err


def test_compare_wants_a_model_or_a_file_and_says_what_is_wrong_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare"]) == 2
    assert "give the name of a model or --spec FILE" in capsys.readouterr().err
    (tmp_path / "large.toml").write_text(LEAKY.replace("batch_size = 5", "batch_size = 100001"))
    assert main(["compare", "--spec", str(tmp_path / "large.toml")]) == 2
    assert "large.toml:5: batch_size is a whole number from 1 to 100,000; got 100001" in capsys.readouterr().err
    (tmp_path / "short.toml").write_text(LEAKY.replace("units = 5", "units = 4"))
    assert main(["compare", "--spec", str(tmp_path / "short.toml")]) == 2
    assert "short.toml:12: the network ends in 4 numbers, but the data has 5 classes" in capsys.readouterr().err


@pytest.mark.tensorflow
@pytest.mark.usefixtures("one_worker")
def test_train_on_tensorflow_comes_to_what_numpy_comes_to(capsys: pytest.CaptureFixture[str]) -> None:
    results = {}
    for backend in ("numpy", "tensorflow"):
        assert main(["train", "shapes-mlp", "--epochs", "30", "--backend", backend, "--json"]) == 0
        results[backend] = json_lines(capsys.readouterr().out)[-1]
    assert results["tensorflow"]["backend"] == "tensorflow"
    assert results["tensorflow"]["loss"] == pytest.approx(results["numpy"]["loss"], abs=1e-5)
