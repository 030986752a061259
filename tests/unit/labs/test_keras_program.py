"""The network as a program: counts by hand, and that the program runs by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tutor.labs.keras_program import KerasProgramLab
from tutor.labs.origins import why
from tutor.labs.readouts import Code


@pytest.fixture
def lab() -> KerasProgramLab:
    return KerasProgramLab()


def test_the_network_of_the_source(lab: KerasProgramLab) -> None:
    assert lab.lookup("flat") == 32 * 32 * 3
    assert lab.lookup("summary[dense][output shape]") == "(None, 100)"
    assert lab.lookup("parameters") == (3072 * 100 + 100) + (100 * 60 + 60) + (60 * 10 + 10)
    assert why(lab, "layer_parameters[dense_1]").numbers == "100·60 + 60"
    assert why(lab, "flat").numbers == "32·32·3"


def test_layers_that_are_left_out_have_no_line(lab: KerasProgramLab) -> None:
    lab.set("second_units", 0)
    assert [row[0] for row in _rows(lab)] == ["flatten", "dense", "dense_1"]
    lab.set("filters", 2)
    lab.set("dropout", 0.25)
    assert [row[0] for row in _rows(lab)] == ["conv2d", "max_pooling2d", "flatten", "dense", "dropout", "dense_1"]
    assert lab.lookup("summary[conv2d][parameters]") == 2 * (3 * 3 * 3 + 1)
    assert why(lab, "summary[conv2d][parameters]").numbers == "27·2 + 2"


@pytest.mark.parametrize(("rows", "batch", "steps"), [(100, 10, 10), (101, 10, 11), (5, 1000, 1), (1, 1, 1)])
def test_a_short_batch_is_a_step_too(lab: KerasProgramLab, rows: int, batch: int, steps: int) -> None:
    lab.set("rows", rows)
    lab.set("batch_size", batch)
    assert lab.lookup("steps") == steps
    assert lab.lookup("updates") == 3 * steps


@pytest.mark.tensorflow
@pytest.mark.parametrize("labels", ["one-hot", "class numbers"])
def test_the_program_runs_by_itself(lab: KerasProgramLab, labels: str, tmp_path: Path) -> None:
    for name, value in (("height", 8), ("width", 9), ("channels", 1), ("filters", 2), ("padding", "same")):
        lab.set(name, value)
    for name, value in (("first_units", 5), ("dropout", 0.2), ("classes", 3), ("rows", 7), ("labels", labels)):
        lab.set(name, value)
    program = lab.read("program")
    assert isinstance(program, Code)
    file = tmp_path / "program.py"
    file.write_text(program.source + "print('counted', net.count_params())\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"counted {lab.lookup('parameters'):g}" in done.stdout


def _rows(lab: KerasProgramLab) -> tuple[tuple[str | float, ...], ...]:
    return lab.read("summary").rows  # type: ignore[union-attr]
