"""An exported program runs by itself and prints what the network answers."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.keras_process import KerasProcess
from tests.unit.exchange.networks import SPECS, network, rows
from tutor.engine.spec import NetworkSpec
from tutor.exchange import programs
from tutor.exchange.programs import Language, program_of
from tutor.training.prediction import confidences

LANGUAGES = ("numpy", pytest.param("python", marks=pytest.mark.tensorflow))
LINE = re.compile(r"row (\d+(?:, place \d+)?): (.+?)  \((.*)\)")


def run(program: Path, *arguments: str) -> list[tuple[str, list[float]]]:
    """What the program prints, far from this repository: the class and the numbers of each row."""
    done = subprocess.run(
        [sys.executable, "-I", str(program), *arguments],
        cwd=program.parent, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    return answered(done)


def answered(done: subprocess.CompletedProcess[str]) -> list[tuple[str, list[float]]]:
    """The class and the numbers of each row that a program printed."""
    assert done.returncode == 0, done.stderr
    found = [LINE.fullmatch(line) for line in done.stdout.splitlines()]
    assert all(found), done.stdout
    return [(m[2], [float(part.rsplit(" ", 1)[1]) for part in m[3].split("  ")]) for m in found if m]


def write(spec: NetworkSpec, language: Language, folder: Path) -> Path:
    program = program_of(network(spec), language, rows(spec)[:2], "weights.npz")
    (folder / "program.py").write_text(program.text)
    if program.beside is not None:
        (folder / "weights.npz").write_bytes(program.beside)
    return folder / "program.py"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_program_prints_what_the_network_answers(
    spec: NetworkSpec, language: Language, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    program = write(spec, language, tmp_path)
    np.save(tmp_path / "rows.npy", rows(spec))
    expected = confidences(network(spec), rows(spec))
    if language == "python":
        # Where Keras is loaded already; tests/unit/commands/test_saved_networks.py runs one all by itself.
        keras_process: KerasProcess = request.getfixturevalue("keras_process")
        printed = answered(keras_process.run(program, "rows.npy", isolated=True))
    else:
        printed = run(program, "rows.npy")
    expected = expected.reshape(-1, spec.output_size)
    np.testing.assert_allclose([numbers for _, numbers in printed], expected, atol=2e-6)
    assert [name for name, _ in printed] == [f"class {c}" for c in expected.argmax(axis=1)]


def test_without_a_file_it_asks_about_its_own_examples(tmp_path: Path) -> None:
    program = write(SPECS[0], "numpy", tmp_path)
    np.save(tmp_path / "rows.npy", rows(SPECS[0]))
    assert run(program) == run(program, "rows.npy")[:2]


def test_bytes_are_shades_of_255(tmp_path: Path) -> None:
    spec = SPECS[1]
    program = write(spec, "numpy", tmp_path)
    shades = np.random.default_rng(1).integers(0, 256, (2, 6, 6)).astype(np.uint8)
    np.save(tmp_path / "rows.npy", shades)
    expected = confidences(network(spec), (shades / 255).astype(np.float32).reshape(2, 6, 6, 1))
    np.testing.assert_allclose([numbers for _, numbers in run(program, "rows.npy")], expected, atol=2e-6)


def test_tokens_are_no_shades(tmp_path: Path) -> None:
    program = write(SPECS[5], "numpy", tmp_path)
    for wrong in (np.ones((2, 6), np.uint8), np.full((2, 6), 5), np.full((2, 6), 0.5)):
        np.save(tmp_path / "rows.npy", wrong)
        done = subprocess.run(
            [sys.executable, "-I", str(program), "rows.npy"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert done.stderr == "expected token numbers from 0 to 4, of another type than bytes (uint8)\n"


def test_a_place_has_a_line_of_its_own(tmp_path: Path) -> None:
    program = write(SPECS[5], "numpy", tmp_path)
    done = subprocess.run([sys.executable, "-I", str(program)], capture_output=True, text=True, check=True)
    starts = [line.split(": ")[0] for line in done.stdout.splitlines()]
    assert starts == [f"row {row}, place {place}" for row in (1, 2) for place in range(1, 7)]


def test_large_weights_stand_in_a_file_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(write(SPECS[0], "numpy", tmp_path))
    monkeypatch.setattr(programs, "LARGEST_INSIDE", 100)
    program = write(SPECS[0], "numpy", tmp_path)
    assert (tmp_path / "weights.npz").exists()
    assert len(program.read_text()) < 8000
    assert run(program) == whole


def test_a_program_has_only_what_it_needs(tmp_path: Path) -> None:
    text = write(SPECS[3], "numpy", tmp_path).read_text()
    assert "def dense" in text
    assert "def conv2d" not in text
    assert "import tensorflow" not in text
    assert "import tutor" not in text
    assert "from tutor" not in text


def test_a_name_from_elsewhere_stays_text(tmp_path: Path) -> None:
    spec = NetworkSpec('"""\nimport os; os.abort()\n"""', (5,), SPECS[3].layers)
    program = write(spec, "numpy", tmp_path)
    assert len(run(program)) == 2
