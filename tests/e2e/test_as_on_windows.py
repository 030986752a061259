"""As on Windows: without the modules, signals and calls that only POSIX has, everything is imported and runs.

What Windows alone has cannot be had here: its console, and processes as it starts them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.missing_modules import environment_without

POSIX_ONLY = (
    "termios", "tty", "pty", "fcntl", "resource", "pwd", "grp", "spwd", "crypt", "nis", "syslog", "readline", "curses",
    "posix_spawn",
)  # fmt: skip
# Other packages decide what they are on as they are imported, and before this.
AS_ON_WINDOWS = """
import asyncio, concurrent.futures, ctypes, getpass, multiprocessing, select, shutil, signal, socket, subprocess
import tempfile
import os
import numpy, PIL.Image, platformdirs, plotext, rich.console, textual.app, textual.pilot, textual.widgets
import textual.drivers.headless_driver
for name in ("sqlalchemy", "psycopg"):
    try:
        __import__(name)
    except ImportError:
        pass
for module, names in (
    (signal, "SIGHUP SIGWINCH SIGKILL SIGPIPE SIGTSTP SIGCONT SIGALRM SIGCHLD SIGUSR1 pthread_sigmask pthread_kill "
             "sigwait SIG_BLOCK SIG_UNBLOCK SIG_SETMASK setitimer alarm"),
    (os, "getuid geteuid getgid fork forkpty setsid getsid killpg nice mkfifo mknod chown O_NOFOLLOW O_NONBLOCK "
         "O_CLOEXEC O_DIRECTORY O_PATH posix_spawn sched_getaffinity statvfs uname getpgid tcgetpgrp openpty"),
    (socket, "SOCK_SEQPACKET send_fds recv_fds"),
    (select, "poll epoll"),
):
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
os.environ.pop("TERM", None)
sys.platform = "win32"
"""
# Textual's driver for Windows needs the console of Windows.
WINDOWS_DRIVER = """
import sys, types
import textual.app
from textual.drivers.headless_driver import HeadlessDriver
class WindowsDriver(HeadlessDriver): pass
textual.app.WINDOWS = True
sys.modules["textual.drivers.windows_driver"] = types.SimpleNamespace(WindowsDriver=WindowsDriver)
"""
# They stand on what Linux alone has, or macOS too, and are imported there alone.
NOT_THERE = (
    "tutor.ui.terminal.driver", "tutor.commands.browser.server", "tutor.commands.browser.terminal",
    "tutor.commands.class_machine.serving.peer", "tutor.commands.class_machine.serving.server",
)  # fmt: skip


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    variables = environment_without(tmp_path / "as_on_windows", *POSIX_ONLY, prepared=AS_ON_WINDOWS)
    return variables | {"DL_TUTOR_STATE": str(tmp_path / "state"), "TMPDIR": str(tmp_path)}


def run(environment: dict[str, str], program: str, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        env=environment, input=typed, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def command(environment: dict[str, str], *words: str, typed: str = "") -> str:
    """What ``dl-tutor`` with these words prints."""
    done = run(environment, "import sys; from tutor.cli import main; sys.exit(main())", *words, typed=typed)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def test_an_exercise_says_that_its_code_cannot_run(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "softmax.py"
    file.write_text("def softmax(z):\n    return z\n", encoding="utf-8")
    program = "import sys; from tutor.cli import main; sys.exit(main())"
    done = run(environment, program, "practice", "check", "softmax", str(file))
    assert "On Windows, start dl-tutor in WSL" in done.stdout
    assert "Traceback" not in done.stderr
    printed = command(environment, "learn", "--plain", typed=f"exercise softmax\ncheck {file}\n")
    assert "On Windows, start dl-tutor in WSL" in " ".join(printed.split())


def test_the_stand_in_is_none_of_posix(environment: dict[str, str]) -> None:
    program = "import os, signal, sys; print(sys.platform, hasattr(os, 'getuid'), hasattr(signal, 'SIGHUP'))"
    assert run(environment, program).stdout == "win32 False False\n"
    assert "ModuleNotFoundError" in run(environment, "import termios").stderr


def test_every_module_is_imported(environment: dict[str, str]) -> None:
    program = """
import importlib, pkgutil, sys, tutor
left_out = sys.argv[1:]
failed = {}
for found in pkgutil.walk_packages(tutor.__path__, "tutor."):
    if found.name in left_out or found.name.startswith("tutor.backends.keras_"):
        continue
    try:
        importlib.import_module(found.name)
    except Exception as error:
        failed[found.name] = repr(error)
sys.exit(repr(failed) if failed else 0)
"""
    done = run(environment, program, *NOT_THERE)
    assert done.returncode == 0, done.stderr


def test_commands_and_the_plain_face(environment: dict[str, str]) -> None:
    assert "The neuron" in command(environment, "list")
    said = command(environment, "learn", "neuron", "--plain", typed="next\nset b 1\nback\nquit\n")
    assert "Everything is saved" in said
    assert "shapes-mlp on numpy" in command(environment, "train", "shapes-mlp", "--epochs", "2")
    doctor = command(environment, "doctor")
    assert "TERM=xterm" not in doctor
    assert "16 million" in doctor


def test_restricted_is_refused(environment: dict[str, str]) -> None:
    done = run(environment, "import sys; from tutor.cli import main; sys.exit(main())", "--restricted")
    assert done.returncode == 2
    assert "works only on Linux" in done.stderr


def test_the_screen_runs_with_textuals_own_driver(environment: dict[str, str], tmp_path: Path) -> None:
    program = (
        WINDOWS_DRIVER
        + """
from pathlib import Path
from textual.pilot import Pilot
from tutor.ui import face
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen

seen = []

async def steps(pilot: Pilot) -> None:
    app = pilot.app
    seen.append(app.driver_class)
    while not isinstance(app.screen, LessonScreen):
        await pilot.pause()
    await pilot.press("n")
    seen.append(type(app.screen).__name__)
    await pilot.press("q")

headless = TutorApp.run
TutorApp.run = lambda app: headless(app, headless=True, auto_pilot=steps)
status = face.run(Path(sys.argv[1]), "neuron")
assert seen == [WindowsDriver, "LessonScreen"], seen
sys.exit(status)
"""
    )
    done = run(environment, program, str(tmp_path / "state"))
    assert done.returncode == 0, done.stderr + done.stdout


def test_a_terminal_is_enough_for_the_screen(environment: dict[str, str]) -> None:
    program = """
import sys
from tutor.ui.terminal.requirements import why_no_terminal
sys.stdin.isatty = sys.stdout.isatty = lambda: True
sys.exit(why_no_terminal({}))
"""
    done = run(environment, program)
    assert (done.returncode, done.stderr) == (0, "")
