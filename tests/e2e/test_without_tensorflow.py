"""A machine without TensorFlow: what needs it says so and how to get it, everything else works."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from tests.missing_modules import environment_without
from tutor.training.saved.model_file import load_network

MISSING = "TensorFlow is not installed"
COMMAND = "pip install tensorflow"
SCRIPT = "open neuron\nset b 2.5\nexpect b 2.5\ntensorflow\nexpect tensorflow z 1e-6\nexpect tensorflow y 1e-6\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return environment_without(tmp_path / "hidden", "tensorflow", "keras") | {"COLUMNS": "500"}


def run(
    environment: dict[str, str], folder: Path, *words: str, module: str = "tutor.cli", typed: str = ""
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=folder, env=environment, input=typed, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def test_a_walk_passes_over_what_asks_tensorflow_and_says_how_much(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.walk").write_text(SCRIPT)
    (tmp_path / "b.walk").write_text("open neuron\nset b 1\nexpect b 1\n")
    done = run(environment, tmp_path, "walk", "a.walk", "b.walk")
    assert done.returncode == 0
    assert done.stdout == "a.walk: 1 expectation held, 2 skipped\nb.walk: 1 expectation held\n"
    *_, last = done.stderr.splitlines()
    assert last.startswith(f"2 expectations of 2 scripts skipped: {MISSING}")
    (tmp_path / "a.walk").write_text(SCRIPT + "expect b 9\n")
    assert run(environment, tmp_path, "walk", "a.walk").returncode == 1


@pytest.mark.parametrize("parallel", [(), ("-n", "1")])
def test_pytest_passes_over_them_too(environment: dict[str, str], tmp_path: Path, parallel: tuple[str, ...]) -> None:
    (tmp_path / "a.walk").write_text(SCRIPT)
    (tmp_path / "b.walk").write_text(SCRIPT)
    # No other plugins than these: they take longer than the scripts.
    environment = environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plugins = ("-p", "no:cacheprovider", "-p", "tutor.scripting.pytest_plugin", "-p", "xdist")
    done = run(environment, tmp_path, *plugins, *parallel, module="pytest")
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
    assert f"4 expectations of 2 walk-through scripts skipped: {MISSING}" in done.stdout


def test_commands_that_need_it_say_so_in_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    assert run(environment, tmp_path, "train", "shapes-mlp", "--epochs", "1", "--out", "n.net").returncode == 0
    for words in (
        ["compare", "shapes-mlp", "--steps", "2"],
        ["train", "shapes-mlp", "--backend", "tensorflow"],
        ["export", "n.net", "--to", "keras"],
    ):
        done = run(environment, tmp_path, *words)
        assert done.returncode == 1
        assert done.stdout == ""
        (line,) = done.stderr.splitlines()
        assert MISSING in line
        assert line.endswith(COMMAND) or line.endswith(COMMAND + "-cpu") or "has no release" in line


def test_a_lesson_says_so(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment, tmp_path, "learn", "neuron/2", "--plain", typed="tensorflow\nshow y\nquit\n")
    assert done.returncode == 0
    assert MISSING in done.stdout
    assert "crash report" not in done.stdout


def test_a_keras_file_comes_in(environment: dict[str, str], tmp_path: Path) -> None:
    dense = {"name": "d", "units": 2, "activation": "softmax", "use_bias": False}
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 3]}},
        {"module": "keras.layers", "class_name": "Dense", "config": dense},
    ]
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": layers}}
    weights = np.arange(6, dtype=np.float32).reshape(3, 2)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["layers/dense/vars/0"] = weights
    with zipfile.ZipFile(tmp_path / "theirs.keras", "w") as made:
        made.writestr("config.json", json.dumps(config))
        made.writestr("model.weights.h5", buffer.getvalue())
    done = run(environment, tmp_path, "import", "theirs.keras", "--out", "ours.net")
    assert done.returncode == 0, done.stderr
    assert load_network(tmp_path / "ours.net").theta.tolist() == weights.ravel().tolist()
