"""Whatever a terminal sends, the session lives, stays small and answers; where the line is gone, it ends."""

from __future__ import annotations

import contextlib
import random
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.e2e.hostile_line import claim_size, peak_megabytes, pour, stall
from tests.e2e.terminal import CTRL_N, ESCAPE, TUTOR, NotSeen, Terminal, tutor_environment, tutor_terminal, wait_gone

F1, LEAVES = "\x1bOP", b"q\x11"
HELP = "escape closes"
MOST_MEGABYTES = 150

needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory in /proc")


def ask_for_help(terminal: Terminal) -> None:
    """Press F1 until the help comes: a paste without an end is over only when nothing more comes for two seconds."""
    for _ in range(5):
        terminal.send(F1)
        with contextlib.suppress(NotSeen):
            terminal.wait_for(HELP, give_up=3)
            return
    raise NotSeen(f"no help. The screen:\n{terminal.text}")


def look_at_help(terminal: Terminal) -> None:
    """See that it answers a key, and leave the help again."""
    ask_for_help(terminal)
    terminal.send(ESCAPE)
    terminal.wait_gone(HELP)


# Where q or ctrl+q is among random bytes, leaving is the right answer.
NOISE = bytes(byte for byte in random.Random(6).randbytes(1_000_000) if byte not in LEAVES)

SENT = {
    "bytes that are no UTF-8": b"\xff\xfe\x80\xc3(",
    "code points beyond Unicode": b"\x1b[1114112;1u\x1b[4294967295;5;99999999u\x1b[55555555555:3;2u",
    "a size report of nothing": b"\x1b[48;0;0;0;0t",
    "a size report of everything": b"\x1b[48;65535;65535;1;1t",
    "a mouse far away": b"\x1b[<0;99999;99999M\x1b[<64;99999;1M\x1b[<255;0;0M\x1b[M\xff\xff\xff",
    "a paste of 5 MB": b"\x1b[200~" + b"x\x1by" * 1_700_000 + b"\x1b[201~",
    "a paste without an end": b"\x1b[200~n",
    "a megabyte of arrows": b"\x1b[A\x1b[B" * 170_000,
    "a megabyte of letters": b"zn" * 500_000,
    "a megabyte of noise": NOISE,
}


# What is small comes together, one after the other; the first that ends the program is seen by what follows it.
SMALL = [what for what, data in SENT.items() if len(data) < 100 and what != "a paste without an end"]


@needs_proc
@pytest.mark.parametrize("several", [SMALL, *([what] for what in SENT if what not in SMALL)], ids=", ".join)
def test_what_is_sent_ends_nothing(tmp_path: Path, several: list[str]) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron") as terminal:
        terminal.wait_for("1/12")
        for what in several:
            pour(terminal, SENT[what])
            # Noise may have opened anything; what a window that is too small shows is the same everywhere.
            claim_size(terminal, 40, 10)
            terminal.wait_for("This window is 40×10")
            terminal.resize(80, 24)
            terminal.wait_gone("This window is")
            if "noise" not in what:
                look_at_help(terminal)
            assert peak_megabytes(terminal) < MOST_MEGABYTES, what
            assert terminal.process.poll() is None, what


@needs_proc
def test_a_window_of_an_impossible_size(tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron") as terminal:
        terminal.wait_for("1/12")
        for columns, rows in ((0, 0), (1, 1), (65535, 65535), (0, 50), (500, 1)):
            claim_size(terminal, columns, rows)
            # It has painted for that size, whatever it made of it.
            assert terminal.take(30)
            terminal.resize(80, 24)
            terminal.wait_gone("This window is")
            look_at_help(terminal)
            assert peak_megabytes(terminal) < MOST_MEGABYTES, (columns, rows)


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM])
def test_a_client_that_reads_nothing_is_left_with_all_saved(tmp_path: Path, ending: signal.Signals) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron") as terminal:
        terminal.wait_for("1/12")
        terminal.send(CTRL_N)
        terminal.wait_for("2/12")
        stall(terminal)
        terminal.process.send_signal(ending)
        # Nothing is read here; it has to end by itself.
        assert terminal.process.wait(20) == 128 + ending
    with tutor_terminal(tmp_path) as terminal:
        terminal.wait_for("Resume: The neuron")


def test_a_client_that_reads_on_gets_the_present_screen(tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron") as terminal:
        terminal.wait_for("1/12")
        stall(terminal)
        terminal.resize(80, 24)
        # Not the last step: of keys that waited for long the later ones are dropped.
        terminal.wait_until(lambda text: re.search(r"\b([2-9]|1[0-2])/12\b", text) is not None, "a later step")


@needs_proc
def test_a_line_that_is_gone_while_hang_ups_are_ignored(tmp_path: Path) -> None:
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    command = (sys.executable, "-S", "-E", "-c", ignoring, *TUTOR, "learn", "neuron")
    with Terminal(command, tutor_environment(tmp_path)) as terminal:
        terminal.wait_for("1/12")
        terminal.hang_up()
        wait_gone([terminal.process.pid])
