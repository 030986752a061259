"""Bad files of every kind, given to commands: a sentence, the right status, little memory, no order to a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.bad_files import (
    Bad,
    bad_digits,
    bad_keras,
    bad_lessons,
    bad_networks,
    bad_pictures,
    bad_rows,
    bad_specs,
)
from tests.e2e.bad_packs import bad_packs
from tests.e2e.terminal import TUTOR, tutor_environment
from tutor.resources import lessons_folder
from tutor.sandbox.restriction import reachable_level

MOST_MORE = 100_000  # kB
MOST_OF_A_CHILD = 200_000  # kB: Python, NumPy and HDF5 themselves take 70 MB
PATIENCE = 60  # seconds a file

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures memory in /proc")

# Runs one command after the other in one process. The highest memory so far is noted after each: it never goes down.
RUN = """
import contextlib, io, json, os, resource, signal, sys
import numpy, PIL.Image, PIL.ImageOps, rich.progress
from tutor.cli import main
import tutor.commands.data, tutor.commands.evaluate, tutor.commands.export, tutor.commands.import_keras
import tutor.commands.predict, tutor.commands.train, tutor.commands.walk, tutor.course.lessons.check
def hung(*_):
    raise SystemExit("hung")
signal.signal(signal.SIGALRM, hung)
def memory(name):
    # Not ru_maxrss: a process begins with that of the one that started it.
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))
start = memory("VmRSS")
for state, words in map(json.loads, sys.stdin.read().splitlines()):
    os.environ["DL_TUTOR_STATE"] = state
    sys.stdin = open(os.devnull)
    out, err = io.StringIO(), io.StringIO()
    signal.alarm(int(sys.argv[1]))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words)
        except SystemExit as left:
            status = str(left.code)
    signal.alarm(0)
    more = memory("VmHWM") - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps([status, out.getvalue(), err.getvalue(), *more]), flush=True)
"""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network")
    words = [*TUTOR, "train", "shapes-cnn", "--epochs", "1", "--out", str(folder / "sound.net")]
    subprocess.run(words, env=tutor_environment(folder / "state"), capture_output=True, timeout=120, check=True)
    return folder / "sound.net"


def run(folder: Path, given: Sequence[tuple[Path, Sequence[str]]]) -> list[Any]:
    """What each command, in a state folder, came to; all of them in one process."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(PATIENCE)],
        input="".join(json.dumps([str(state), words]) + "\n" for state, words in given),
        capture_output=True, text=True, timeout=600, env=tutor_environment(folder), check=False,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(given), f"ended at {given[len(answers)]}: {done.stderr}"
    # Nothing that was begun keeps the process from its end.
    assert done.returncode == 0
    return answers


def refused(folder: Path, cases: Iterator[Bad]) -> int:
    """Give all of them; how many there were."""
    given = list(cases)
    answers = run(folder, [(folder / "state", bad.words) for bad in given])
    for bad, (status, out, err, more, of_child) in zip(given, answers, strict=True):
        words, said, expected = astuple(bad)
        assert status == expected, (words, status, err)
        assert said in out + err, (words, out + err)
        assert "Traceback" not in err
        assert "crash report" not in err
        assert [c for c in out + err if c != "\n" and not c.isprintable()] == [], words
        assert more < MOST_MORE, (words, more)
        assert of_child < MOST_OF_A_CHILD, (words, of_child)
    assert not list((folder / "state").glob("crash-*"))
    return len(given)


def test_digits(tmp_path: Path) -> None:
    assert refused(tmp_path, bad_digits(tmp_path)) == 15
    # Nothing came out of an archive.
    assert sorted(file.suffix for file in tmp_path.iterdir() if file.is_file()) == [".npz"] * 15


def test_pictures(tmp_path: Path, network: Path) -> None:
    assert refused(tmp_path, bad_pictures(tmp_path, network)) == 10


def test_rows_pipes_devices_and_loops(tmp_path: Path, network: Path) -> None:
    assert refused(tmp_path, bad_rows(tmp_path, network)) == 29


def test_networks(tmp_path: Path, network: Path) -> None:
    assert refused(tmp_path, bad_networks(tmp_path, network)) == 34


def test_specifications(tmp_path: Path) -> None:
    assert refused(tmp_path, bad_specs(tmp_path)) == 13


def test_lessons_and_scripts(tmp_path: Path) -> None:
    (sound,) = (folder for folder in lessons_folder().iterdir() if folder.name.endswith("_neuron"))
    assert refused(tmp_path, bad_lessons(tmp_path, sound)) == 17


def test_keras(tmp_path: Path) -> None:
    pytest.importorskip("h5py")
    assert refused(tmp_path, bad_keras(tmp_path)) == 9


@pytest.mark.parametrize(
    ("command", "status"),
    [(["learn", "neuron", "--plain"], 0), (["list"], 0), (["train", "shapes-mlp", "--epochs", "1"], 0)],
)
def test_a_state_folder_of_pipes_links_and_devices_stops_nothing(
    command: list[str], status: int, tmp_path: Path
) -> None:
    for number, name in enumerate(("progress.db", "progress.db-journal", "worker.log", "")):
        for kind in ("pipe", "zero", "loop", "nowhere", "folder"):
            state = tmp_path / f"{number}{kind}"
            spoilt = state / name
            spoilt.parent.mkdir(parents=True, exist_ok=True)
            match kind:
                case "pipe":
                    os.mkfifo(spoilt)
                case "zero":
                    spoilt.symlink_to("/dev/zero")
                case "loop":
                    spoilt.symlink_to(spoilt.name)
                case "nowhere":
                    spoilt.symlink_to(tmp_path / "nowhere" / "else")
                case "folder":
                    spoilt.mkdir()
    states = sorted(tmp_path.iterdir())
    assert len(states) == 20
    answers = run(tmp_path, [(state, command) for state in states])
    for state, (found, out, err, *_) in zip(states, answers, strict=True):
        assert found == status, (state.name, out, err)
        assert "Traceback" not in out + err
        assert "crash report" not in out + err


@pytest.mark.skipif(not reachable_level().complete, reason=f"on this machine {reachable_level()}")
def test_packs(tmp_path: Path) -> None:
    assert refused(tmp_path, bad_packs(tmp_path)) == 18
    # Nothing was added, nothing is left half made, and no code of a pack wrote anything.
    assert [each.name for each in (tmp_path / "state" / "packs").iterdir()] == []
    assert not (tmp_path / "written").exists()
