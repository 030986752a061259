"""Standard streams that are closed, full, or read by nobody: a sentence where there is room for one, and a status."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import tutor_environment

COMMANDS = (
    "list --json",
    "search kernel",
    "doctor",
    "--version",
    "learn neuron --plain",
    "train shapes-mlp --epochs 2",
)
CLOSED = "cannot be written: standard output is closed"
FULL = "cannot be written: No space left on device"
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")


def run(command: str, streams: str, state: Path) -> subprocess.CompletedProcess[str]:
    """Run it in a shell, with its streams as the shell makes them."""
    words = f"{shlex.quote(sys.executable)} -m tutor.cli {command} {streams}"
    return subprocess.run(
        ["bash", "-c", f"{words}; exit ${{PIPESTATUS[0]}}"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120, check=False, env=tutor_environment(state), cwd=Path(__file__).parents[2],
    )  # fmt: skip


def one_sentence(said: str, sentence: str) -> bool:
    lines = said.splitlines()
    return sum(sentence in line for line in lines) == 1 and not any("Traceback" in line for line in lines)


@needs_full
@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_is_full(command: str, tmp_path: Path) -> None:
    done = run(command, "> /dev/full", tmp_path)
    assert one_sentence(done.stderr, FULL), done.stderr
    assert "crash report" not in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("command", ["list", "--version", "learn neuron --plain"])
def test_output_that_is_closed(command: str, tmp_path: Path) -> None:
    done = run(command, ">&-", tmp_path)
    assert one_sentence(done.stderr, CLOSED), done.stderr
    assert done.returncode == 1
    assert run(command, "<&- >&- 2>&-", tmp_path).returncode == 1
    assert not list(tmp_path.glob("crash-*"))


@pytest.mark.parametrize("command", ["learn neuron --plain", "train shapes-mlp --epochs 2"])
@pytest.mark.parametrize("streams", ["<&- 2>&-", "2>/dev/full"])
def test_without_input_or_errors_it_does_what_it_was_asked(command: str, streams: str, tmp_path: Path) -> None:
    done = run(command, streams, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not list(tmp_path.glob("crash-*"))


@pytest.mark.parametrize("command", COMMANDS)
def test_output_that_nobody_reads_to_its_end(command: str, tmp_path: Path) -> None:
    done = run(command, "| head -1", tmp_path)
    for complaint in ("Traceback", "BrokenPipe", "Exception ignored", "crash report"):
        assert complaint not in done.stderr
    # 141 is a shell's word for it; a run that was cut off says so itself.
    assert done.returncode in (0, 130), done.stderr


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    """What is printed would go into the learner's progress."""
    assert run("learn neuron --plain", "<&- >&- 2>&-", tmp_path).returncode == 1
    data = (tmp_path / "progress.db").read_bytes()
    assert data.startswith(b"SQLite format 3\0")
    assert (tmp_path / "progress.db").stat().st_size % 4096 == 0
    assert b"Type next" not in data
