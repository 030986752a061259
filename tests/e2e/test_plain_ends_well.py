"""However a session at the plain face ends, the learner's work is kept and nothing is left running."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import termios
import time
from pathlib import Path
from struct import unpack

import pytest

from tests.e2e.terminal import TUTOR, Terminal, children, tutor_environment, tutor_terminal, wait_gone
from tests.program import Program, run
from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import LabState
from tutor.sandbox.restriction import reachable_level

SAVED_WITHIN, GONE_WITHIN = 2.0, 5.0
ASKED = "Type a number, or hint, or skip."
RESTRICTED = pytest.param(
    ("--restricted",), id="restricted",
    marks=pytest.mark.skipif(not reachable_level().complete, reason=f"on this machine {reachable_level()}"),
)  # fmt: skip
ENDINGS = {"SIGTERM": 143, "SIGHUP": 129, "hang up": 129}


def kept_lab(state: Path) -> LabState:
    progress = Progress(state)
    try:
        lab = progress.load_lab("shapes")
        assert lab is not None
        return lab
    finally:
        progress.close()


def at_the_shapes(state: Path, *more: str) -> Terminal:
    terminal = tutor_terminal(state, "learn", "shapes/5", "--plain", "--state", str(state), *more, rows=45)
    terminal.wait_for(ASKED)
    return terminal


def train_for_long(terminal: Terminal) -> int:
    """Begin a training that nobody waits for; the epoch that it says it is in."""
    terminal.send("set epochs 100000\r")
    terminal.wait_for("epochs: 100000")
    terminal.send("press train\r")
    said = terminal.wait_for("Training: epoch", "Ctrl+C stops it.")
    return int(said.partition("Training: epoch ")[2].split()[0])


def end(terminal: Terminal, ending: str) -> tuple[int, float]:
    """The exit status, and after how many seconds it came."""
    began = time.monotonic()
    if ending == "hang up":
        terminal.hang_up()
    else:
        terminal.process.send_signal(signal.Signals[ending])
    return terminal.wait_ended(give_up=10), time.monotonic() - began


@pytest.mark.parametrize("more", [pytest.param((), id="usual"), RESTRICTED])
@pytest.mark.parametrize("ending", ENDINGS)
def test_cut_off_while_it_waits_for_a_line(ending: str, more: tuple[str, ...], tmp_path: Path) -> None:
    with at_the_shapes(tmp_path, *more) as terminal:
        terminal.send("set epochs 77\r")
        terminal.wait_for("epochs: 77")
        below = children(terminal.process.pid)
        status, seconds = end(terminal, ending)
        wait_gone([terminal.process.pid, *below])
        assert status == ENDINGS[ending]
        # What is gone has saved before.
        assert seconds < SAVED_WITHIN
        assert b"Traceback" not in terminal.raw
        assert b"\x1b" not in terminal.raw
    assert kept_lab(tmp_path).values["epochs"] == 77


@pytest.mark.parametrize("ending", ENDINGS)
def test_cut_off_while_it_trains(ending: str, tmp_path: Path) -> None:
    with at_the_shapes(tmp_path) as terminal:
        seen = train_for_long(terminal)
        status, seconds = end(terminal, ending)
        assert status == ENDINGS[ending]
        assert seconds < SAVED_WITHIN
        assert b"Traceback" not in terminal.raw
    assert kept_lab(tmp_path).values["position"][0] >= seen - 1
    with tutor_terminal(tmp_path, "learn", "shapes", "--plain", rows=45) as terminal:
        # It comes back to where it was, and to what was trained.
        terminal.wait_for("Step 5 of", ASKED)
        terminal.send("show status\r")
        said = terminal.wait_for("status: paused at epoch")
        assert int(said.partition("status: paused at epoch ")[2].split(",")[0].split()[0]) >= seen - 1


def test_interrupted_while_it_trains_the_lesson_goes_on(tmp_path: Path) -> None:
    with at_the_shapes(tmp_path) as terminal:
        train_for_long(terminal)
        terminal.send("\x03")
        terminal.wait_for("Stopped. press train goes on with it.", "paused at epoch")
        terminal.send("show epochs\r")
        terminal.wait_for("epochs: 100000; from 1")
        terminal.send("\x03")
        assert terminal.wait_ended() == 130
        assert terminal.text.rstrip().endswith("Stopped.")
        assert b"Traceback" not in terminal.raw
    assert kept_lab(tmp_path).values["position"][0] > 0


def unread(terminal: Terminal) -> int:
    """Bytes that the child has written and nobody has read."""
    return int(unpack("i", fcntl.ioctl(terminal._ours, termios.FIONREAD, b"\0" * 4))[0])


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGHUP"])
def test_cut_off_while_the_terminal_takes_nothing(ending: str, tmp_path: Path) -> None:
    with at_the_shapes(tmp_path) as terminal:
        terminal.send("set epochs 77\r")
        terminal.wait_for("epochs: 77")
        before = -1
        while unread(terminal) != before:
            before = unread(terminal)
            terminal.send(*["help\r"] * 20)
            time.sleep(0.5)
        began = time.monotonic()
        terminal.process.send_signal(signal.Signals[ending])
        assert terminal.process.wait(GONE_WITHIN) == ENDINGS[ending]
        assert time.monotonic() - began < GONE_WITHIN
    assert kept_lab(tmp_path).values["epochs"] == 77


def test_what_cannot_be_printed_is_told_and_all_is_kept(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no disk that is always full")
    with full.open("w") as out:
        done = run(
            [*TUTOR, "learn", "neuron/2", "--plain"], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE,
            env=tutor_environment(tmp_path), timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.decode() == f"The output cannot be written: {os.strerror(28)}.\n"
    progress = Progress(tmp_path)
    assert progress.last_position() == ("neuron", 1)
    progress.close()


def test_an_endless_line_takes_no_memory(tmp_path: Path) -> None:
    with Program(
        [*TUTOR, "learn", "neuron/2", "--plain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=tutor_environment(tmp_path),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(60):
            process.stdin.write(b"\0\xff7" * 333_333)
        process.stdin.write(b"\n")
        process.stdin.flush()
        output = b""
        while b"A line has at most 4000 characters." not in output:
            output += process.stdout.read1()
        # Not what it is when it ended: that holds what the test itself had when it was started.
        most = int(Path(f"/proc/{process.pid}/status").read_text().split("VmHWM:")[1].split()[0])
        process.stdin.write(b"\nquit\n")
        process.stdin.close()
        said = (output + process.stdout.read()).decode()
    assert process.returncode == 0
    assert said.endswith("Everything is saved. Until next time.\n")
    # In kilobytes, of which Python and NumPy are a third.
    assert most < 150_000
