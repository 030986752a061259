"""What the way to the first paint does not import: it must stay light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, tutor_environment

HEAVY = ("numpy", "tensorflow", "keras", "tutor.training.worker.service")
# Runs ``dl-tutor`` with the arguments behind the first, a file to which it writes what was imported in the end.
RUN = """
import atexit, json, pathlib, sys
file, arguments = pathlib.Path(sys.argv[1]), sys.argv[2:]
atexit.register(lambda: file.write_text(json.dumps(sorted(sys.modules))))
from tutor.cli import main
sys.exit(main(arguments))
"""


def heavy_in(file: Path) -> list[str]:
    modules = json.loads(file.read_text())
    assert "tutor.cli" in modules
    return [module for module in HEAVY if module in modules]


@pytest.mark.parametrize("arguments", [["--version"], ["list"], ["list", "--json"]])
def test_a_command_that_only_looks(tmp_path: Path, arguments: list[str]) -> None:
    modules = tmp_path / "modules.json"
    subprocess.run(
        [sys.executable, "-c", RUN, str(modules), *arguments],
        env=tutor_environment(tmp_path), stdout=subprocess.DEVNULL, timeout=60, check=True,
    )  # fmt: skip
    assert heavy_in(modules) == []


def test_the_home_screen(tmp_path: Path) -> None:
    modules = tmp_path / "modules.json"
    with Terminal([sys.executable, "-c", RUN, str(modules)], tutor_environment(tmp_path)) as terminal:
        terminal.wait_for("The neuron", "The shapes network", "Quit")
        terminal.send("q")
        assert terminal.wait_ended() == 0
    assert "textual.app" in json.loads(modules.read_text())
    assert heavy_in(modules) == []
