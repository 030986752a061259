"""``-`` in place of a file, as a shell uses it: through pipes of real processes."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.program import TUTOR
from tests.program import run as start
from tutor.cli import main
from tutor.training.saved.model_file import load_network

SPEC = """
data = "shapes"
input_shape = [25]
layers = [{ kind = "dense", units = 5, activation = "softmax" }]
epochs = 2
"""
DRAWING = "0 0 1 0 0 0 1 0 1 0 1 0 0 0 1 0 1 0 1 0 0 0 1 0 0\n"


def run(*words: str, given: bytes = b"", status: int = 0, folder: Path | None = None) -> tuple[bytes, str]:
    """What the command writes on standard output, and what it says."""
    done = start(
        [*TUTOR, *words], input=given, capture_output=True, timeout=300, cwd=folder,
    )  # fmt: skip
    said = done.stderr.decode()
    assert done.returncode == status, said
    assert "dl-tutor-" not in said.replace("dl-tutor-walk", "")
    assert "Traceback" not in said
    return done.stdout, said


@pytest.fixture(scope="module")
def network() -> bytes:
    data, said = run("train", "--spec", "-", "--out", "-", given=SPEC.encode())
    assert "saved in standard output" in said
    assert "right" in said
    return data


def test_a_trained_network_goes_through_a_pipe(network: bytes, tmp_path: Path) -> None:
    (tmp_path / "n.net").write_bytes(network)
    assert load_network(tmp_path / "n.net").spec.name == "standard-input"
    here, _ = run("evaluate", str(tmp_path / "n.net"))
    assert run("evaluate", "-", given=network)[0] == here


@pytest.mark.parametrize("kind", ["dat", "npy", "png"])
def test_rows_of_every_kind_come_on_standard_input(kind: str, network: bytes, tmp_path: Path) -> None:
    row = np.array(DRAWING.split(), float)
    buffer = io.BytesIO()
    if kind == "dat":
        buffer.write(DRAWING.encode())
    elif kind == "npy":
        np.save(buffer, row)
    else:
        ink = (255 * (1 - row.reshape(5, 5))).astype(np.uint8)
        Image.fromarray(np.kron(ink, np.ones((8, 8), np.uint8))).save(buffer, "PNG")
    (tmp_path / "n.net").write_bytes(network)
    (tmp_path / f"row.{kind}").write_bytes(buffer.getvalue())
    here, _ = run("predict", str(tmp_path / "n.net"), str(tmp_path / f"row.{kind}"))
    there, _ = run("predict", str(tmp_path / "n.net"), "-", given=buffer.getvalue())
    assert there == here
    as_json, _ = run("predict", str(tmp_path / "n.net"), "-", "--json", given=buffer.getvalue())
    assert b'"input": "standard input' in as_json


def test_an_exported_program_runs_from_a_pipe(network: bytes, tmp_path: Path) -> None:
    program, _ = run("export", "-", "--to", "numpy", given=network, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    done = subprocess.run([sys.executable, "-I", "-"], input=program, capture_output=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"row 1: ")


def test_a_run_goes_on_from_a_pipe_to_a_pipe(network: bytes, tmp_path: Path) -> None:
    further, _ = run("train", "--resume", "-", "--epochs", "3", given=network, folder=tmp_path)
    (tmp_path / "further.net").write_bytes(further)
    run_kept = load_network(tmp_path / "further.net").run
    assert run_kept is not None
    assert run_kept.checkpoint.position.epoch == 3


@pytest.mark.parametrize(
    ("words", "given", "reason"),
    [
        (("evaluate", "-"), b"nonsense", "standard input: is not a network"),
        (("train", "--spec", "-"), b"layers = 3\n", "standard input:"),
        (("predict", "-", "-"), b"", "standard input can be read only once"),
        (("train", "shapes-mlp", "--json", "--out", "-"), b"", "--json answers on standard output"),
        (("import", "-", "--out", "n.net"), b"nonsense", "standard input: this is no .keras file"),
    ],
)
def test_what_cannot_be_is_said_of_standard_input(
    words: tuple[str, ...], given: bytes, reason: str, tmp_path: Path
) -> None:
    out, said = run(*words, given=given, status=2, folder=tmp_path)
    assert reason in said
    assert out == b""
    assert list(tmp_path.iterdir()) == []


def test_a_network_is_not_written_to_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["train", "shapes-mlp", "--out", "-"]) == 2
    assert "no text for a terminal" in capsys.readouterr().err
