"""First paint of the home screen against a minimal Textual app, each started in a fresh process in a real pty."""

from __future__ import annotations

import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path
from struct import pack

from benchmarks.report import Figure, print_figures

ROUNDS = 15
GIVE_UP_SECONDS = 30.0

MINIMAL = """
from textual.app import App
from textual.widgets import Footer, Header, Static
class Minimal(App):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield Header()
        yield Static("painted")
        yield Footer()
Minimal().run()
"""


def first_paint(command: list[str], painted: bytes, environment: dict[str, str]) -> float:
    """Seconds from the start of ``command`` until it has written ``painted`` to an 80×24 terminal."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, pack("HHHH", 24, 80, 0, 0))
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    seen = b""
    try:
        while painted not in seen:
            ready, _, _ = select.select([ours], [], [], GIVE_UP_SECONDS)
            if not ready:
                raise RuntimeError(f"{command} painted no {painted!r} in {GIVE_UP_SECONDS} s: {seen[-500:]!r}")
            seen += os.read(ours, 65536)
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def run() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TERM": "xterm-256color", "DL_TUTOR_STATE": folder}
        script = Path(folder) / "minimal.py"
        script.write_text(MINIMAL)
        commands = {
            "minimal": ([sys.executable, str(script)], b"painted"),
            "home": ([sys.executable, "-m", "tutor.cli"], b"neuron"),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for round_number in range(ROUNDS + 1):
            for name, (command, painted) in commands.items():
                seconds = first_paint(command, painted, environment)
                # The first round warms the page cache.
                if round_number:
                    times[name].append(seconds)
    minimal, home = (statistics.median(times[name]) for name in ("minimal", "home"))
    figures = [
        Figure("minimal Textual app", minimal * 1000, " ms"),
        Figure("home screen", home * 1000, " ms"),
        Figure("home screen / minimal app", home / minimal, "×", at_most=1.6),
    ]
    return print_figures("First paint", figures)
