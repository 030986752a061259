"""What can be done with a saved network: evaluate, predict, export, and an import back."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.unit.commands.small_digits import write_digits
from tests.unit.exchange.networks import SPECS, network, rows
from tutor.cli import main
from tutor.datasets.preparation.preparing import MNIST_FORM, prepared
from tutor.resources import data_folder
from tutor.training.prediction import confidences
from tutor.training.saved.model_file import load_network, save_network

SHAPES = data_folder() / "shapes" / "shapes_test.dat"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with some digits and a network that was trained on them."""
    folder = tmp_path_factory.mktemp("trained")
    digits = write_digits(folder / "digits.npz")
    words = ["train", "digits-mlp", "--data", str(digits), "--epochs", "2", "--batch-size", "20"]
    assert main([*words, "--out", str(folder / "digits.net")]) == 0
    assert main(["train", "shapes-cnn", "--epochs", "60", "--out", str(folder / "shapes.net")]) == 0
    return folder


def answers(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main([*words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_evaluate_counts_what_is_taken_for_what(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = answers(capsys, "evaluate", str(trained / "digits.net"))
    with np.load(trained / "digits.npz") as arrays:
        images, classes = arrays["x_test"], arrays["y_test"]
    np.save(trained / "test.npy", images)
    guesses = [a["class"] for a in answers(capsys, "predict", str(trained / "digits.net"), str(trained / "test.npy"))]
    confusion = [[sum(c == i and g == j for c, g in zip(classes, guesses, strict=True)) for j in range(10)]
                 for i in range(10)]  # fmt: skip
    assert found["confusion"] == confusion
    assert found["accuracy"] == pytest.approx(sum(confusion[i][i] for i in range(10)) / 40)
    assert (found["rows"], found["data"]) == (40, "digits of digits.npz, 200 + 40")
    assert found["loss"] > 0


def test_evaluate_on_other_data(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = write_digits(tmp_path / "other.npz", test=25)
    (found,) = answers(capsys, "evaluate", str(trained / "digits.net"), "--data", str(other))
    assert (found["rows"], sum(map(sum, found["confusion"]))) == (25, 25)


def test_the_confusion_matrix_for_people(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = answers(capsys, "evaluate", str(trained / "shapes.net"))
    assert main(["evaluate", str(trained / "shapes.net")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"{round(found['accuracy'] * 125)} of 125 right" in lines[0]
    assert lines[3].split() == found["names"]
    rows = [[0 if cell == "·" else int(cell) for cell in line.split()[1:]] for line in lines[4:]]
    assert rows == found["confusion"]


def test_several_inputs_of_every_kind(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawing = np.full((60, 40), 255, np.uint8)
    drawing[:, 15:20] = 0
    Image.fromarray(drawing).save(tmp_path / "drawing.png")
    small = prepared(255 - drawing, MNIST_FORM).picture
    np.save(tmp_path / "bytes.npy", small)
    np.save(tmp_path / "shades.npy", np.stack([small / 255, 1 - small / 255]))
    files = [str(tmp_path / name) for name in ("drawing.png", "bytes.npy", "shades.npy")]
    found = answers(capsys, "predict", str(trained / "digits.net"), *files)
    assert [(Path(a["input"]).name, a["row"]) for a in found] == [
        ("drawing.png", 1), ("bytes.npy", 1), ("shades.npy", 1), ("shades.npy", 2),
    ]  # fmt: skip
    for same in found[1:3]:
        assert same["confidences"] == pytest.approx(found[0]["confidences"], abs=1e-6)
    assert found[3]["confidences"] != found[0]["confidences"]
    assert main(["predict", str(trained / "digits.net"), *files]) == 0
    assert f"{tmp_path / 'drawing.png'}, row 1: {found[0]['name']}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.npy", np.zeros((3, 5)), "expected rows of 784 numbers; got an array of shape (3, 5)"),
        ("a.npy", np.zeros((0, 784)), "got an array of shape (0, 784)"),
        ("a.npy", np.full(784, np.nan), "not finite"),
        ("a.npy", np.array(["x"]), "no .npy file of one array of numbers"),
        ("a.npy", np.array([{}], dtype=object), "no .npy file of numbers"),
        ("a.npy", b"\x93NUMPY rubbish", "no .npy file of numbers"),
        ("a.npy", None, "there is no such file"),
        ("a.png", b"no picture", "this is not a picture"),
        ("a.dat", b"0 1", "expected a .npy file or a picture"),
    ],
)
def test_what_no_network_can_be_asked_about(
    name: str, content: Any, words: str, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    elif content is not None:
        np.save(tmp_path / name, content, allow_pickle=True)
    good = tmp_path / "good.npy"
    np.save(good, np.zeros(784))
    capsys.readouterr()
    assert main(["predict", str(trained / "digits.net"), str(good), str(tmp_path / name)]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def printed(program: Path, *words: str) -> list[list[float]]:
    done = subprocess.run(
        [sys.executable, "-I", str(program), *words], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return [[float(n) for n in re.findall(r" (\d\.\d{6})", line)] for line in done.stdout.splitlines()]


@pytest.mark.parametrize("to", ["numpy", pytest.param("python", marks=pytest.mark.tensorflow)])
def test_an_exported_program_prints_what_predict_prints(
    to: str, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "program.py"
    assert main(["export", str(trained / "digits.net"), "--to", to, "--out", str(program)]) == 0
    # 2.7 MB of weights stand in a file beside.
    assert f"saved in {tmp_path / 'program.npz'} and {program}" in capsys.readouterr().err
    with np.load(trained / "digits.npz") as arrays:
        np.save(tmp_path / "test.npy", arrays["x_test"][:4])
    found = answers(capsys, "predict", str(trained / "digits.net"), str(tmp_path / "test.npy"))
    expected = [answer["confidences"] for answer in found]
    np.testing.assert_allclose(printed(program, str(tmp_path / "test.npy")), expected, atol=2e-6)
    if to == "numpy":
        # Its own examples are the first rows of the test data.
        np.testing.assert_allclose(printed(program), expected[:3], atol=2e-6)


def test_a_small_program_is_one_file(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(trained / "shapes.net"), "--to", "numpy"]) == 0
    program = trained / "shapes_numpy.py"
    assert not (trained / "shapes_numpy.npz").exists()
    assert len(printed(program)) == 3
    # Without --out nothing that is there is replaced.
    assert main(["export", str(trained / "shapes.net"), "--to", "numpy"]) == 2
    assert "shapes_numpy.py: already exists" in capsys.readouterr().err
    assert main(["export", str(trained / "shapes.net"), "--to", "numpy", "--out", str(program)]) == 0


@pytest.fixture
def on_tokens(tmp_path: Path) -> Path:
    """A folder with a network that answers at each place of six tokens, and rows for it."""
    (spec,) = (spec for spec in SPECS if spec.ends_in_places)
    save_network(tmp_path / "tokens.net", network(spec))
    np.save(tmp_path / "rows.npy", rows(spec))
    return tmp_path


def test_a_network_on_tokens_answers_at_each_place(on_tokens: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["predict", str(on_tokens / "tokens.net"), str(on_tokens / "rows.npy")]
    found = answers(capsys, *asked)
    assert [(a["row"], a["place"]) for a in found] == [(row, place) for row in (1, 2, 3) for place in range(1, 7)]
    saved = load_network(on_tokens / "tokens.net")
    expected = confidences(saved, rows(saved.spec)).reshape(-1, 5)
    np.testing.assert_array_equal([a["confidences"] for a in found], expected.astype(float))
    assert main(asked) == 0
    assert capsys.readouterr().out.splitlines()[7].startswith(f"row 2, place 2: {found[7]['name']}  (class 0 ")
    program = on_tokens / "tokens_numpy.py"
    assert main(["export", str(on_tokens / "tokens.net"), "--to", "numpy"]) == 0
    np.testing.assert_allclose(printed(program, str(on_tokens / "rows.npy")), expected, atol=2e-6)
    assert len(printed(program)) == 3 * 6


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bytes.npy", np.ones((2, 6), np.uint8), "takes token numbers, but the rows of this data are bytes"),
        ("large.npy", np.full((2, 6), 5), "takes whole numbers from 0 to 4, but 5 reaches it"),
        ("between.npy", np.full((2, 6), 0.5), "takes whole numbers from 0 to 4, but 0.5 reaches it"),
        ("a.png", b"", "takes rows of 6 token numbers; expected a .npy file"),
    ],
)
def test_what_a_network_on_tokens_cannot_be_asked(
    name: str, content: Any, words: str, on_tokens: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if isinstance(content, bytes):
        (on_tokens / name).write_bytes(content)
    else:
        np.save(on_tokens / name, content)
    assert main(["predict", str(on_tokens / "tokens.net"), str(on_tokens / name)]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.tensorflow
def test_out_to_keras_and_back(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keras, back = tmp_path / "n.keras", tmp_path / "back.net"
    assert main(["export", str(trained / "shapes.net"), "--to", "keras", "--out", str(keras)]) == 0
    assert main(["import", str(keras), "--out", str(back)]) == 0
    assert "taken for a network for the shapes" in capsys.readouterr().err
    before, after = (answers(capsys, "predict", str(n), str(SHAPES)) for n in (trained / "shapes.net", back))
    assert after == before
    assert answers(capsys, "evaluate", str(back)) == answers(capsys, "evaluate", str(trained / "shapes.net"))
    assert load_network(back).run is None


@pytest.mark.tensorflow
def test_the_process_of_the_command_loads_no_tensorflow(trained: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from tutor.cli import main; "
        "status = main(sys.argv[1:]); "
        "sys.exit(status or ('tensorflow' in sys.modules or 'keras' in sys.modules or 'h5py' in sys.modules) * 9)"
    )
    keras = str(tmp_path / "n.keras")
    for words in (
        ["export", str(trained / "shapes.net"), "--to", "keras", "--out", keras],
        ["import", keras, "--out", str(tmp_path / "n.net")],
    ):
        assert subprocess.run([sys.executable, "-c", code, *words], check=False, timeout=120).returncode == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["evaluate", "none.net"], "there is no such file"),
        (["export", "none.net", "--to", "numpy"], "there is no such file"),
        (["import", "none.keras", "--out", "n"], "there is no such file"),
        (["import", "none.keras", "--out", "no/n"], "there is no folder no"),
        (["import", "none.keras", "--out", "."], "this is a folder"),
        (["predict", ".", "x.npy"], "this is a folder"),
    ],
)
def test_files_that_are_not_there(
    words: list[str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    captured = capsys.readouterr()
    assert reason in captured.err
    assert len(captured.err.splitlines()) == 1
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_what_a_network_was_not_made_for(trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two = tmp_path / "two"
    two.mkdir()
    for number in range(4):
        Image.fromarray(np.full((50, 50), 40 * number, np.uint8)).save(two / f"{'ab'[number % 2]}_{number}.png")
    words = ["train", "letters-mlp", "--data", str(two), "--epochs", "1", "--out", str(tmp_path / "n")]
    assert main(words) == 0
    capsys.readouterr()
    for path in sorted(two.glob("b_*")):
        path.rename(two / path.name.replace("b_", "c_"))
    assert main(["evaluate", str(tmp_path / "n")]) == 2
    assert "has the classes a, b, but those of the data are a, c" in capsys.readouterr().err
