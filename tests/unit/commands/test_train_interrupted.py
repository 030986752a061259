"""``dl-tutor train`` when the terminal goes, the reader leaves or the disk is full: what was trained is kept."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.program import TUTOR, Program
from tests.unit.commands.small_digits import write_digits
from tutor.cli import main
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import SavedNetwork, load_network, save_network

fcntl = pytest.importorskip("fcntl")
pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")


def take_terminal(terminal: int) -> None:
    """In a new process: this terminal is its own, and its hang-up is heeded, also where the tests run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def test_a_hang_up_saves_the_run(tmp_path: Path) -> None:
    saved, reading, writing = tmp_path / "n", *pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "tutor.cli", "train", "shapes-mlp", "--epochs", "10000000", "--out", str(saved)],
        stdin=writing, stdout=writing, stderr=writing, start_new_session=True,
        preexec_fn=partial(take_terminal, writing),
    )  # fmt: skip
    os.close(writing)
    seen = b""
    while re.search(rb"epoch [1-9]", seen) is None:
        seen += os.read(reading, 4096)
    # The terminal is gone, and with it whoever could read what is said.
    os.close(reading)
    assert running.wait(120) == 130
    kept = load_network(saved)
    assert kept.run is not None
    assert kept.run.checkpoint.position.epoch > 0


def test_a_run_under_nohup_goes_on_after_a_hang_up(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tutor.cli", "train", "shapes-mlp", "--epochs", "10000000", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_IGN),
    ) as running:  # fmt: skip
        assert running.stdout is not None
        first = json.loads(running.stdout.readline())["epoch"]
        running.send_signal(signal.SIGHUP)
        # Epochs that were under way before the signal are read too.
        assert any(json.loads(line)["epoch"] > first + 200 for line in running.stdout)
        running.terminate()
        running.communicate(timeout=120)
    assert running.returncode == 130


def test_a_reader_that_leaves_ends_the_run_saved(tmp_path: Path) -> None:
    saved = tmp_path / "n"
    with Program(
        [
            *TUTOR, "train", "shapes-mlp", "--epochs", "10000000", "--json",
            "--out", str(saved),
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr is not None
        assert "goes on" in running.stderr.read()
    assert load_network(saved).run is not None


def test_a_run_is_saved_on_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, digits = tmp_path / "n", str(write_digits(tmp_path / "digits.npz"))
    kept: list[int] = []

    def save(path: Path, network: SavedNetwork) -> None:
        assert network.run is not None
        kept.append(network.run.checkpoint.position.step)
        if len(kept) == 1:
            raise FileError(f"{path}: cannot be written: no room")
        save_network(path, network)

    monkeypatch.setattr("tutor.commands.console.following.SAVE_SECONDS", 0.0)
    monkeypatch.setattr("tutor.commands.train.save_network", save)
    assert (
        main(["train", "digits-softmax", "--data", digits, "--epochs", "40", "--batch-size", "1", "--out", str(out)])
        == 0
    )
    # On its way, in spite of the one time that there was no room, and at the end.
    assert len(kept) > 2
    assert kept == sorted(kept)
    assert kept[1] < kept[-1]
    saved = load_network(out).run
    assert saved is not None
    assert saved.checkpoint.position.step == kept[-1]
