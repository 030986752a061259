"""``predict`` asked about pictures as people have them, with the network that ships."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.unit.datasets.test_preparation import framed, larger, on, seven
from tutor.cli import main
from tutor.datasets.digits import NAMES, read_digits, synthetic_file
from tutor.training.saved.model_file import SavedNetwork, TrainedOn, save_network
from tutor.training.saved.shipped_network import read_shipped


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network that ships, as a saved one."""
    network = read_shipped()
    moving = np.zeros(0, dtype=network.settings.spec.dtype)
    file = tmp_path_factory.mktemp("shipped") / "cnn.net"
    trained_on = TrainedOn("digits", None, network.data)
    save_network(file, SavedNetwork(network.settings.spec, network.theta, moving, NAMES, trained_on, None))
    return file


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["predict", *map(str, words), "--json"]) == 0
    (row,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(row)
    return found


PICTURES: dict[str, Callable[[], NDArray[np.generic]]] = {
    "small in a corner": lambda: on(255, 0, larger(seven(), 60), 200, 10, 12).astype(np.uint8),
    "a scanner's frame": lambda: framed(on(255, 0, seven(), 200, 30, 30), 15, 0).astype(np.uint8),
    "16 bits, 0 to 255": lambda: on(0, 255, seven(), 200, 30, 30).astype(np.uint16),
    "dim grey paper": lambda: on(90, 20, seven(), 200, 30, 30).astype(np.uint8),
    "transparent": lambda: np.stack([np.zeros((140, 140)), seven()], axis=2).astype(np.uint8),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_seven_is_seven(kind: str, shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(PICTURES[kind]()).save(tmp_path / "seven.png")
    found = asked(capsys, shipped, tmp_path / "seven.png")
    assert found["name"] == "7"
    assert found["prepared"][-1] == "centred by its mass in 28×28"
    assert "given" not in found


def test_a_digit_as_mnist_has_it_is_asked_as_it_is(
    shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[4:24, 13:15] = 250
    Image.fromarray(picture).save(tmp_path / "one.png")
    found = asked(capsys, shipped, tmp_path / "one.png", "--show")
    assert found["prepared"][-1] == "already as MNIST has it: left as it is"
    np.testing.assert_allclose(np.reshape(found["given"], (28, 28)), picture / 255, atol=1e-7)


def test_as_is_leaves_the_picture_alone(shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shades = np.full((28, 28), 255, np.uint8)
    shades[2:9, 3:5] = 40
    Image.fromarray(shades).save(tmp_path / "corner.png")
    found = asked(capsys, shipped, tmp_path / "corner.png", "--show", "--as-is")
    assert found["prepared"] == ["left as it is"]
    np.testing.assert_allclose(np.reshape(found["given"], (28, 28)), shades / 255, atol=1e-7)
    np.save(tmp_path / "corner.npy", shades)
    same = asked(capsys, shipped, tmp_path / "corner.npy")
    assert same["confidences"] == found["confidences"]
    assert "prepared" not in same


@pytest.mark.parametrize("shade", [0, 90, 255])
def test_an_empty_picture_is_not_answered(
    shade: int, shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "empty.png"
    Image.fromarray(np.full((50, 50), shade, np.uint8)).save(file)
    assert main(["predict", str(shipped), str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.err.endswith(f"{file}: there is no ink in this picture: nothing stands out from its paper\n")
    assert captured.out == ""


def test_what_was_given_is_shown_in_characters(
    shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By hand: 20 rows of two columns of ink, in 14 lines of two rows each."""
    picture = np.zeros((28, 28), np.uint8)
    picture[4:23, 13:15] = 250
    Image.fromarray(picture).save(tmp_path / "one.png")
    capsys.readouterr()
    assert main(["predict", str(shipped), str(tmp_path / "one.png"), "--show"]) == 0
    captured = capsys.readouterr()
    empty, full, half = (f"  |{13 * ' '}{ink}{13 * ' '}|" for ink in ("  ", "██", "▀▀"))
    assert captured.out.splitlines()[:-1] == [empty] * 2 + [full] * 9 + [half] + [empty] * 2
    assert captured.out.splitlines()[-1].startswith("row 1: 1")
    assert "already as MNIST has it: left as it is" in captured.err
    monkeypatch.setattr("tutor.commands.predict.has_blocks", lambda stream: False)
    assert main(["predict", str(shipped), str(tmp_path / "one.png"), "--show"]) == 0
    full, half = (f"  |{13 * ' '}{ink}{13 * ' '}|" for ink in ("@@", "++"))
    shown = capsys.readouterr().out.splitlines()[:-1]
    assert shown == [empty] * 2 + [full] * 9 + [half] + [empty] * 2


@pytest.mark.parametrize(
    ("classes", "origin", "last"),
    [
        (tuple("abcdefghij"), "Fashion-MNIST, 60,000 + 10,000", "centred by its box in 28×28"),
        (NAMES, "EMNIST digits, 240,000 + 40,000", "centred by its box in 28×28"),
        (NAMES, "digits of mine.npz, 5 + 4", "centred by its mass in 28×28"),
    ],
)
def test_pictures_are_made_as_those_that_the_network_was_trained_on(
    classes: tuple[str, ...], origin: str, last: str, shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = read_shipped()
    moving = np.zeros(0, dtype=network.settings.spec.dtype)
    saved = SavedNetwork(network.settings.spec, network.theta, moving, classes, TrainedOn("digits", None, origin), None)
    save_network(tmp_path / "other.net", saved)
    Image.fromarray(PICTURES["small in a corner"]()).save(tmp_path / "seven.png")
    assert asked(capsys, tmp_path / "other.net", tmp_path / "seven.png")["prepared"][-1] == last


def test_a_network_of_one_s_own_pictures_is_given_them_as_its_folder_was_read(
    shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = read_shipped()
    moving = np.zeros(0, dtype=network.settings.spec.dtype)
    trained_on = TrainedOn("letters", "mine", "pictures of 10 classes, 5 + 4")
    saved = SavedNetwork(network.settings.spec, network.theta, moving, NAMES, trained_on, None)
    save_network(tmp_path / "own.net", saved)
    Image.fromarray(PICTURES["small in a corner"]()).save(tmp_path / "seven.png")
    found = asked(capsys, tmp_path / "own.net", tmp_path / "seven.png")
    assert found["prepared"] == ["fitted to 28×28 with ink high, as a folder of pictures is read"]
    Image.fromarray(np.full((9, 9), 255, np.uint8)).save(tmp_path / "empty.png")
    assert main(["predict", str(tmp_path / "own.net"), str(tmp_path / "empty.png")]) == 2
    assert "there is no ink in this picture" in capsys.readouterr().err


def test_the_digits_that_ship_are_read_as_well_from_pictures_as_from_their_rows(
    shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, test = read_digits(synthetic_file())
    files = [tmp_path / f"{number}.png" for number in range(40)]
    for file, image in zip(files, test.images, strict=False):
        Image.fromarray(255 - image).save(file)
    capsys.readouterr()
    assert main(["predict", str(shipped), *map(str, files), "--json"]) == 0
    found = [json.loads(line)["class"] for line in capsys.readouterr().out.splitlines()]
    assert sum(f == c for f, c in zip(found, test.classes[:40].tolist(), strict=True)) >= 38
