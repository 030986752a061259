"""However a session ends, the terminal, the learner's work and the machine are left as they should be."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.shapes_screen import (
    RHOMBUS,
    flipped,
    open_full_lab,
    open_shapes,
    pixels,
    status,
    train_for_long,
    training_epoch,
    type_number,
)
from tests.e2e.terminal import (
    CTRL_Q,
    DOWN,
    ENTER,
    SPACE,
    TUTOR,
    Terminal,
    children,
    tutor_environment,
    tutor_terminal,
    wait_gone,
)
from tests.program import run

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the worker process in /proc")


def draw_one_pixel(terminal: Terminal) -> tuple[str, ...]:
    open_full_lab(terminal)
    terminal.send(SPACE)
    drawn = flipped(RHOMBUS, [(0, 0)])
    terminal.wait_until(lambda text: pixels(text) == drawn, f"the drawing {drawn}")
    return drawn


@needs_proc
@pytest.mark.parametrize("ending", ["hang up", "SIGHUP", "SIGTERM"])
def test_cut_off_while_it_trains(tmp_path: Path, ending: str) -> None:
    with open_shapes(tmp_path, 120, 40) as terminal:
        drawn = draw_one_pixel(terminal)
        train_for_long(terminal)
        workers = children(terminal.process.pid)
        assert len(workers) == 1
        seen = training_epoch(terminal.text)
        if ending == "hang up":
            terminal.hang_up()
        else:
            terminal.process.send_signal(signal.Signals[ending])
        ended = terminal.wait_ended(give_up=10)
        wait_gone([terminal.process.pid, *workers])
        assert ended != 0
        if ending != "hang up":
            assert terminal.restored
            assert "Traceback" not in terminal.raw.decode(errors="replace")

    with tutor_terminal(tmp_path, columns=120, rows=40) as terminal:
        terminal.wait_for("Resume: The shapes network, step 1 of 17")
        terminal.send("r")
        terminal.wait_for("A network sees no squares", "→ Skipped")
        terminal.wait_until(lambda text: pixels(text) == drawn, f"the drawing {drawn}")
        open_full_lab(terminal)
        said = terminal.wait_until(lambda text: status(text).startswith("paused at epoch "), "the paused training")
        # The screen is painted a moment after what it shows, so the work is at least as far.
        assert int(status(said).split()[3].rstrip(",")) >= seen - 1


@needs_proc
def test_the_worker_killed_while_it_trains(tmp_path: Path) -> None:
    with open_shapes(tmp_path, 120, 40) as terminal:
        open_full_lab(terminal)
        type_number(terminal, "epochs", "400")
        terminal.send("p")
        terminal.wait_until(lambda text: training_epoch(text) > 5, "a training under way")
        (worker,) = children(terminal.process.pid)
        os.kill(worker, signal.SIGKILL)
        terminal.wait_until(lambda text: "the training process ended" in status(text), "what happened")
        terminal.wait_until(lambda text: status(text).startswith("trained for 400 epochs"), "the end of the training")
        (another,) = children(terminal.process.pid)
        assert another != worker
        terminal.send(CTRL_Q)
        assert terminal.wait_ended() == 0
        wait_gone([another])


def test_without_a_terminal_it_is_plain(tmp_path: Path) -> None:
    done = run(
        [*TUTOR, "learn", "neuron"],
        input="\n", capture_output=True, text=True, env=tutor_environment(tmp_path), timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert "What a neuron does" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "not a terminal" in done.stderr


def test_a_dumb_terminal_is_plain(tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron", environment={"TERM": "dumb"}) as terminal:
        terminal.wait_for("Type next to go on.")
        assert b"'dumb'" in terminal.raw
        terminal.send("quit", ENTER)
        assert terminal.wait_ended() == 0
        assert b"\x1b" not in terminal.raw


# A fault anywhere while a lab is shown: here the neuron's lab, which the first paint of its lesson reads.
FAULTY = """
import sys
from tutor.cli import main
from tutor.labs.neuron import NeuronLab
def read(self, name):
    raise ZeroDivisionError("a fault in the neuron's lab")
NeuronLab.read = read
sys.exit(main(sys.argv[1:]))
"""


def test_a_fault_is_one_sentence_and_a_file(tmp_path: Path) -> None:
    with Terminal([sys.executable, "-c", FAULTY], tutor_environment(tmp_path), forks=True) as terminal:
        terminal.wait_for("The neuron", "Quit")
        terminal.send(DOWN, DOWN)
        terminal.wait_for("Inputs times weights")
        before = len(terminal.raw)
        terminal.send(ENTER)
        assert terminal.wait_ended() == 70
        assert terminal.restored
        last = terminal.raw[before:].decode(errors="replace")
        assert "dl-tutor crashed" in terminal.text.replace("\n", " ")
        assert "Traceback" not in last
        assert "ZeroDivisionError" not in last
    (report,) = tmp_path.glob("crash-*.log")
    assert "a fault in the neuron's lab" in report.read_text()
