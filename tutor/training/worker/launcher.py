"""A small process that starts others for an interface that cannot start processes itself.

It starts before the interface restricts itself. It accepts only requests to start one of the command lines in this
module on the given pipes, a few at a time, and to kill a process that it started. It ends when the interface does.
"""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Protocol

from tutor.training.worker.launcher_program import KILL, NUMBER_BYTES, SEPARATOR, START, from_bytes, to_bytes

COMMANDS = (
    (sys.executable, "-I", "-m", "tutor.training.worker.service"),
    # Here nobody can choose to run code that the kernel does not restrict.
    (sys.executable, "-I", "-m", "tutor.practice.runner.program", "--never-unprotected"),
)
"""A training worker, and the process that runs the code of exercises in forks."""
_WORKER, _RUNNER = range(len(COMMANDS))
# One thread for BLAS: the engine processes the halves of a batch in two threads, and BLAS's would wait for them.
# TensorFlow prints no notices.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}
# Its path has neither the learner's folders nor installed packages: it needs only Python itself.
_PROGRAM = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher_program.py")))


class StartedWorker(Protocol):
    """A started process with the interface of ``subprocess.Popen``; its pipes are binary."""

    @property
    def pid(self) -> int:
        """Its process ID."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """The pipe from which it reads commands."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """The pipe to which it writes answers."""

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises ``subprocess.TimeoutExpired``."""

    def kill(self) -> None:
        """End it by force."""


class WorkerStarter(Protocol):
    """Starts a worker whose standard error goes to ``errors``: a descriptor, or ``subprocess.DEVNULL``."""

    def __call__(self, errors: int) -> StartedWorker:
        """The worker, running."""


class WorkerLauncher:
    """The interface's side: a ``WorkerStarter``, which starts runners too. Create it before starting any thread."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        with theirs:
            theirs.set_inheritable(True)
            command = [*_PROGRAM, str(theirs.fileno())]
            for each in COMMANDS:
                command += [SEPARATOR, *each]
            # Only the interface has the terminal; the launcher must not keep a disconnected line open.
            nothing = [(os.POSIX_SPAWN_OPEN, standard, os.devnull, os.O_RDWR, 0) for standard in (0, 1, 2)]
            self.pid = os.posix_spawn(sys.executable, command, {**environment, **ENVIRONMENT}, file_actions=nothing)

    def __call__(self, errors: int) -> StartedWorker:
        """Start a worker. Raises ``OSError`` if the launcher is gone."""
        return self._start(_WORKER, errors)

    def start_runner(self) -> StartedWorker:
        """Start the process that runs the code of exercises. Raises ``OSError`` if the launcher is gone."""
        return self._start(_RUNNER, subprocess.DEVNULL)

    def _start(self, command: int, errors: int) -> LaunchedWorker:
        their_input, our_output = os.pipe()
        our_input, their_output = os.pipe()
        our_status, their_status = os.pipe()
        theirs = [their_input, their_output, their_status]
        with Path(os.devnull).open("wb") as nothing:
            log = nothing.fileno() if errors == subprocess.DEVNULL else errors
            try:
                socket.send_fds(self._socket, [START + to_bytes(command)], [*theirs, log])
            finally:
                for descriptor in theirs:
                    os.close(descriptor)
        return LaunchedWorker(self._socket, os.fdopen(our_output, "wb"), os.fdopen(our_input, "rb"), our_status)


class LaunchedWorker:
    """A process that the launcher started."""

    def __init__(self, launcher: socket.socket, stdin: IO[bytes], stdout: IO[bytes], status: int) -> None:
        self._launcher, self._status = launcher, status
        self.stdin, self.stdout = stdin, stdout
        self._ended: int | None = None
        self._reading = threading.Lock()
        self.pid = self._read(None) or -1

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        with self._reading:
            return self._status_within(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises ``subprocess.TimeoutExpired``."""
        with self._reading:
            status = self._status_within(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
        return status

    def kill(self) -> None:
        """End it by force."""
        self._launcher.send(KILL + to_bytes(self.pid))

    def _status_within(self, timeout: float | None) -> int | None:
        if self._ended is None:
            self._ended = self._read(timeout)
            if self._ended is not None:
                # A session starts many of these, one for each exercise.
                os.close(self._status)
        return self._ended

    def _read(self, timeout: float | None) -> int | None:
        """The next number from the launcher; if the launcher is gone, the process counts as killed."""
        poll = select.poll()
        poll.register(self._status, select.POLLIN)
        if not poll.poll(None if timeout is None else timeout * 1000):
            return None
        said = os.read(self._status, NUMBER_BYTES)
        return from_bytes(said) if len(said) == NUMBER_BYTES else -9
