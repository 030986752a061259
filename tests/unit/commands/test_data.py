"""``dl-tutor data``: where rows come from, and MNIST on request."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tutor.cli import main
from tutor.commands import data
from tutor.datasets.errors import DataError


@pytest.fixture(autouse=True)
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


def test_it_says_where_both_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data"]) == 0
    out = capsys.readouterr().out
    assert "digits: synthetic digits drawn by program, 2,000 + 500\n" in out
    assert "MNIST, 11 MB: dl-tutor data digits --download" in out
    assert "letters: 26 letters drawn by program, 520 + 130\n" in out
    assert "26 classes, 20 to train on and 5 to test with of each" in out
    assert "left out" not in out


def test_a_folder_of_one_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("cat_1.png", "cat_2.png", "[b]dog_1.png", "loose.png"):
        Image.fromarray(np.full((9, 9), 255, np.uint8)).save(tmp_path / name)
    assert main(["data", "letters", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "pictures of 2 classes, 2 + 1" in out
    assert "to train on + to test with: [b]dog 1 + 0, cat 1 + 1" in out
    # The folder of Keras is not there; the one file without a label is.
    assert "1 left out:\n    loose.png: no label" in out
    assert main(["data", "letters", str(tmp_path), "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)
    assert said["classes"] == {"[b]dog": [1, 0], "cat": [1, 1]}
    assert (said["training"], said["test"], len(said["left_out"])) == (2, 1, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["data", "letters", "/nowhere"], "/nowhere: there is no such folder"),
        (["data", "digits", "/nowhere.npz"], "/nowhere.npz: there is no such file"),
        (["data", "letters", "--download"], "only digits can be downloaded"),
        (["data", "digits", "mine.npz", "--download"], "only digits can be downloaded"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_a_damaged_file_of_keras_s_is_told_and_the_synthetic_ones_named(
    keras_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (keras_home / "datasets").mkdir(parents=True)
    (keras_home / "datasets" / "mnist.npz").write_bytes(b"half")
    assert main(["data", "digits"]) == 0
    out = capsys.readouterr().out
    assert "synthetic_digits.npz" in out
    assert "1 left out" in out
    assert "so the synthetic digits are used" in out


def test_downloading(keras_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = []

    def downloaded(progress: Callable[[int, int | None], None]) -> Path:
        asked.append(1)
        progress(5, None)
        progress(10, 10)
        return keras_home / "datasets" / "mnist.npz"

    monkeypatch.setattr(data, "download_mnist", downloaded)
    assert main(["data", "--download"]) == 0
    out, err = capsys.readouterr()
    assert asked == [1]
    assert err == f"MNIST is in {keras_home}/datasets/mnist.npz\n"
    assert "letters" not in out

    def failed(progress: object) -> Path:
        raise DataError("https://somewhere", None, "no network")

    monkeypatch.setattr(data, "download_mnist", failed)
    assert main(["data", "digits", "--download"]) == 2
    assert "no network" in capsys.readouterr().err
