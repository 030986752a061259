"""``dl-tutor train`` with every model, every option, and every way to be refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.program import TUTOR, Program, run
from tests.unit.commands.small_digits import write_digits
from tutor.cli import MODELS as NAMES_OF_THE_COMMAND
from tutor.cli import main
from tutor.engine.optimizer_specs import SGD, AdamW
from tutor.training.models import MODELS
from tutor.training.saved.model_file import load_network


def last_object(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text.splitlines()[-1])
    return found


@pytest.fixture
def digits(tmp_path: Path) -> str:
    return str(write_digits(tmp_path / "digits.npz"))


@pytest.fixture
def letters(tmp_path: Path) -> str:
    from PIL import Image

    folder = tmp_path / "letters"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for label in ("left", "right"):
        for number in range(5):
            picture = rng.integers(0, 60, (20, 20)).astype(np.uint8)
            picture[:, 3 if label == "left" else 15] = 255
            Image.fromarray(picture).save(folder / f"{label}_{number}.png")
    (folder / "nothing.txt").write_text("no picture")
    return str(folder)


def test_the_command_knows_the_names_of_all_models() -> None:
    assert tuple(MODELS) == NAMES_OF_THE_COMMAND


def test_the_list_of_models(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--models", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    counts = {row["name"]: row["parameters"] for row in rows}
    # Of the sources.
    assert counts["digits-softmax"] == 7850
    assert counts["digits-dense"] == 640_890
    assert counts["digits-mlp"] == 669_706
    assert counts["digits-cnn"] == 62_346
    assert counts["letters-cnn"] == 958_586
    assert main(["list", "--models"]) == 0
    assert "958,586" in capsys.readouterr().out


@pytest.mark.parametrize("model", [name for name in MODELS if name.startswith("digits")])
def test_the_digit_networks(model: str, digits: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", model, "--data", digits, "--epochs", "1", "--json"]) == 0
    captured = capsys.readouterr()
    last = last_object(captured.out)
    assert (last["done"], last["model"], last["epochs"]) == (True, model, 1)
    assert last["data"] == "digits of digits.npz, 200 + 40"
    assert "digits of digits.npz, 200 + 40" in captured.err
    assert 0 <= last["test_accuracy"] <= 1
    assert last["test_loss"] > 0


@pytest.mark.parametrize("model", ["letters-mlp", "letters-cnn"])
def test_the_letter_networks(model: str, letters: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", model, "--data", letters, "--epochs", "1", "--json"]) == 0
    captured = capsys.readouterr()
    assert last_object(captured.out)["data"] == "pictures of 2 classes, 8 + 2"
    assert "left out: nothing.txt: " in captured.err


def test_without_data_the_output_says_what_it_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert main(["train", "digits-softmax", "--epochs", "1", "--json"]) == 0
    captured = capsys.readouterr()
    assert "synthetic" in last_object(captured.out)["data"]
    assert "synthetic" in captured.err


def test_the_options_are_what_is_trained(digits: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "n"
    options = ["--epochs", "3", "--batch-size", "30", "--optimizer", "adamw", "--learning-rate", "0.02", "--seed", "5",
               "--validation-split", "0.25", "--patience", "2", "--out", str(out)]  # fmt: skip
    assert main(["train", "digits-softmax", "--data", digits, "--json", *options]) == 0
    last = last_object(capsys.readouterr().out)
    network = load_network(out)
    assert network.run is not None
    assert network.trained_on is not None
    settings = network.run.settings
    assert settings.spec.optimizer == AdamW(0.02)
    assert (settings.epochs, settings.batch_size, settings.patience, settings.spec.seed) == (3, 30, 2, 5)
    assert (network.trained_on.file, network.trained_on.validation_split) == (digits, 0.25)
    # 50 rows are held out, and the 40 test rows are others.
    assert last["val_accuracy"] * 50 == pytest.approx(round(last["val_accuracy"] * 50))
    assert last["val_loss"] != last["test_loss"]


def test_with_patience_what_is_saved_are_the_weights_of_the_best_epoch(
    digits: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # So large a learning rate makes some epochs worse than the one before.
    options = ["--optimizer", "adam", "--learning-rate", "3", "--epochs", "30", "--patience", "2"]
    options += ["--out", str(tmp_path / "n")]
    assert main(["train", "digits-softmax", "--data", digits, "--json", *options]) == 0
    *epochs, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert last["best_epoch"] == last["epochs"] - 2
    assert last["epochs"] < 30
    assert epochs[-1]["val_loss"] > last["val_loss"]
    assert last["val_loss"] == pytest.approx(min(e["val_loss"] for e in epochs), rel=1e-6)
    assert last["best_epoch"] == min(epochs, key=lambda e: e["val_loss"])["epoch"]


def test_a_learning_rate_alone_keeps_the_optimizer(tmp_path: Path) -> None:
    assert main(["train", "shapes-mlp", "--epochs", "1", "--learning-rate", "0.5", "--out", str(tmp_path / "n")]) == 0
    assert load_network(tmp_path / "n").spec.optimizer == SGD(0.5, clipnorm=1.0)


def test_a_network_of_ones_own(digits: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.toml").write_text(
        'data = "digits"\ninput_shape = [28, 28, 1]\nepochs = 2\noptimizer = "adam"\n'
        '[[layers]]\nkind = "average_pooling2d"\npool_size = [2, 2]\n[[layers]]\nkind = "flatten"\n'
        '[[layers]]\nkind = "dense"\nunits = 10\nactivation = "softmax"\n'
    )
    assert main(["train", "--spec", str(tmp_path / "own.toml"), "--data", digits, "--json"]) == 0
    last = last_object(capsys.readouterr().out)
    assert (last["model"], last["parameters"], last["epochs"]) == ("own", 14 * 14 * 10 + 10, 2)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "give the name of a model, --spec FILE or --resume FILE"),
        (["shapes-mlp", "--spec", "x.toml"], "give the name of a model, --spec FILE or --resume FILE"),
        (["--spec", "no-such.toml"], "no-such.toml: there is no such file"),
        (["--resume", "no-such.net"], "no-such.net: there is no such file"),
        (["--resume", "no-such.net", "--seed", "3"], "--seed cannot change it"),
        (["shapes-mlp", "--validation-split", "0.99", "--data", "rows.dat"], "rows cannot be split"),
        (["digits-cnn", "--data", "no-such.npz"], "no-such.npz: there is no such file"),
        (["letters-cnn", "--data", "no-such"], "no-such: there is no such folder"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    words: list[str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.dat").write_text(" ".join(["1"] * 26 + ["0"] * 4) + "\n")
    assert main(["train", *words]) == 2
    captured = capsys.readouterr()
    assert reason in captured.err
    assert len(captured.err.splitlines()) == 1
    assert captured.out == ""


def test_a_place_that_cannot_be_written_is_found_out_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", denied)
    # A model that does not exist as data would be found out later.
    assert main(["train", "shapes-mlp", "--data", str(tmp_path / "no.dat"), "--out", str(tmp_path / "n")]) == 2
    assert "n: cannot be written: Permission denied" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_disk_that_is_full_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "n").write_text("old")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); "
        "from tutor.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = run(
        [sys.executable, "-c", code, "train", "shapes-mlp", "--epochs", "1", "--out", str(tmp_path / "n")],
        capture_output=True, text=True, timeout=120, forks=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "n: cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "n").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["n"]


@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C can be sent to one process there")
def test_ctrl_c_and_resume_come_to_the_bits_of_a_run_that_was_never_stopped(tmp_path: Path) -> None:
    digits = write_digits(tmp_path / "digits.npz", training=503)
    options = ["--data", str(digits), "--epochs", "8", "--batch-size", "10", "--optimizer", "adam", "--patience", "50"]
    one, whole = tmp_path / "one", tmp_path / "whole"
    command = [*TUTOR, "train"]
    with Program(
        [*command, "digits-mlp", *options, "--json", "--out", str(one)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["epoch"] == 1
        running.send_signal(signal.SIGINT)
        out, errors = running.communicate(timeout=120)
    assert running.returncode == 130, errors
    last = last_object(out)
    assert last["done"] is False
    assert last["epochs"] < 8
    assert f"the best weights so far, of epoch {last['best_epoch']}, are in {one}" in errors
    stopped = load_network(one)
    assert stopped.run is not None
    assert stopped.run.checkpoint.best is not None
    assert np.array_equal(stopped.theta, stopped.run.checkpoint.best.theta)
    assert main(["train", "--resume", str(one), "--json"]) == 0
    assert main(["train", "digits-mlp", *options, "--json", "--out", str(whole)]) == 0
    ends = [load_network(path) for path in (one, whole)]
    assert np.array_equal(ends[0].theta, ends[1].theta)
    runs = [end.run for end in ends]
    assert runs[0] is not None
    assert runs[1] is not None
    assert runs[0].settings == runs[1].settings
    assert runs[0].checkpoint.position == runs[1].checkpoint.position
    for name in ("m", "v"):
        memories = [run.checkpoint.engine.memory[name] for run in runs if run is not None]
        assert np.array_equal(*memories)
    assert runs[0].history.points("val_loss") == runs[1].history.points("val_loss")


@pytest.mark.skipif(sys.platform == "win32", reason="no Ctrl-C can be sent to one process there")
def test_ctrl_c_without_a_place_to_save_says_so(tmp_path: Path) -> None:
    with Program(
        [*TUTOR, "train", "shapes-mlp", "--epochs", "10000000", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        running.stdout.readline()
        os.kill(running.pid, signal.SIGTERM)
        out, errors = running.communicate(timeout=120)
    assert running.returncode == 130
    assert "nothing was saved" in errors
    assert last_object(out)["saved"] is None
    assert list(tmp_path.iterdir()) == []


def test_a_run_does_not_go_on_with_other_rows(digits: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "n")
    assert main(["train", "digits-softmax", "--data", digits, "--epochs", "1", "--out", out]) == 0
    before = Path(out).read_bytes()
    other = write_digits(tmp_path / "other.npz", training=199)
    capsys.readouterr()
    assert main(["train", "--resume", out, "--epochs", "2", "--data", str(other)]) == 2
    assert "n: was trained on other rows (digits of digits.npz, 200 + 40)" in capsys.readouterr().err
    assert main(["train", "--resume", out]) == 2
    assert "it has trained 1 epoch;" in capsys.readouterr().err
    assert Path(out).read_bytes() == before
    assert main(["train", "--resume", out, "--epochs", "2", "--json"]) == 0
    assert last_object(capsys.readouterr().out)["epochs"] == 2


@pytest.mark.tensorflow
def test_tensorflow_resumes_too(digits: str, tmp_path: Path) -> None:
    options = ["--data", digits, "--backend", "tensorflow", "--optimizer", "adam", "--batch-size", "30"]
    one, whole = str(tmp_path / "one"), str(tmp_path / "whole")
    assert main(["train", "digits-softmax", *options, "--epochs", "1", "--out", one]) == 0
    assert main(["train", "--resume", one, "--epochs", "3"]) == 0
    assert main(["train", "digits-softmax", *options, "--epochs", "3", "--out", whole]) == 0
    assert np.array_equal(load_network(Path(one)).theta, load_network(Path(whole)).theta)


@pytest.mark.skipif(not os.environ.get("DL_TUTOR_MNIST"), reason="DL_TUTOR_MNIST does not say where MNIST is")
def test_softmax_regression_on_mnist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "digits-softmax", "--json"]) == 0
    last = last_object(capsys.readouterr().out)
    assert last["data"] == "MNIST, 60,000 + 10,000"
    assert last["test_accuracy"] >= 0.91
