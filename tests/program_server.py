"""Forks for each program that ``program.py`` asks for. Run as a program of its own, with the number of its socket.

It has imported ``dl-tutor``, which takes a second for each true start, and runs no other thread. The program gets a
process with arguments, folder, environment, streams and ``__main__`` of its own, whose parent is who asked, and which
ends as every Python does.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import signal
import socket
import sys
import termios
import threading
import types
from pathlib import Path
from typing import Any

import tutor
from tests import forked_worker
from tutor.course.record import event_file
from tutor.training.worker import process

# Loads TensorFlow; and what is itself run as a program.
NOT_IMPORTED = ("tutor.backends.keras", "tutor.training.worker.service", "tutor.training.worker.launcher_program")


def import_all() -> None:
    """Import every module of the program that does not load TensorFlow."""
    for module in pkgutil.walk_packages(tutor.__path__, "tutor."):
        if not module.name.startswith(NOT_IMPORTED) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    assert "tensorflow" not in sys.modules
    assert threading.active_count() == len(list(Path("/proc/self/task").iterdir())) == 1
    gc.collect()
    gc.freeze()


def forked(asks: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Wait for requests; return in a fork for each, with the request and its standard streams."""
    while True:
        text, sent, *_ = socket.recv_fds(asks, 1 << 20, 3)
        if not text:
            os._exit(0)
        reads, writes = os.pipe()
        between = os.fork()
        if between == 0:
            program = os.fork()
            if program == 0:
                for descriptor in (reads, writes, asks.detach()):
                    os.close(descriptor)
                return json.loads(text), list(sent)
            os.write(writes, str(program).encode())
            os._exit(0)
        # Its parent has ended when the answer is given: it is the child of who asked.
        os.waitpid(between, 0)
        asks.send(os.read(reads, 64))
        for descriptor in (reads, writes, *sent):
            os.close(descriptor)


def become(asked: dict[str, Any], sent: list[int]) -> None:
    """Take on what a process has from its start."""
    for number, descriptor in enumerate(sent):
        os.dup2(descriptor, number)
    os.closerange(3, 64)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    if asked["takes_terminal"]:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, name, mode in ((0, "stdin", "rb"), (1, "stdout", "wb"), (2, "stderr", "wb")):
        old = getattr(sys, name)
        binary = open(number, mode, closefd=False)  # noqa: SIM115
        lines = number == 2 or binary.raw.isatty()
        ends = None if number == 0 else "\n"
        new = io.TextIOWrapper(binary, old.encoding, old.errors, newline=ends, line_buffering=lines)
        new.mode = mode[0]
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def run(command: list[str]) -> None:
    """Run ``-m MODULE ARGUMENT...`` or ``-c CODE ARGUMENT...``."""
    how, what, *arguments = command
    if how == "-m":
        sys.argv = [what, *arguments]
        sys.path[0] = str(Path.cwd())
        sys.modules.pop(what, None)
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        sys.argv = ["-c", *arguments]
        sys.path[0] = ""
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(what, "<string>", "exec"), main.__dict__)


if __name__ == "__main__":
    import_all()
    asked, sent = forked(socket.socket(fileno=int(sys.argv[1])))
    become(asked, sent)
    # Only a power cut shows whether SQLite waited for the disk.
    event_file.SYNCHRONOUS = "OFF"
    if not asked["takes_terminal"]:
        # Tests with a terminal look for the program's children.
        process.start_directly = forked_worker.start
    run(asked["command"])
