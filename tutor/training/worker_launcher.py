"""A small process that starts training workers for an interface that may start nothing itself.

It is forked before the interface restricts itself, and before anything large is imported. All that it can be asked is
to start a worker on the given pipes, with the one command line that stands here, and to end a worker that it started.
It ends when the interface does.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Protocol

COMMAND = (sys.executable, "-I", "-m", "tutor.training.worker")
# One thread for BLAS: the engine hands halves of a batch to two threads of its own, and BLAS's would wait for them.
# TensorFlow keeps its notices to itself.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
}
_START, _KILL = b"start", b"kill"
_STATUS = struct.Struct("=i")


class StartedWorker(Protocol):
    """A worker process, as ``subprocess.Popen`` has it; pipes in bytes."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """What it reads commands from."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """What it writes answers to."""

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
    """The interface's side: a ``WorkerStarter``. Make it before any thread is started."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            _serve(theirs, dict(environment))
        theirs.close()

    def __call__(self, errors: int) -> StartedWorker:
        """Start a worker. Raises ``OSError`` where the launcher is gone."""
        their_input, our_output = os.pipe()
        our_input, their_output = os.pipe()
        our_status, their_status = os.pipe()
        theirs = [their_input, their_output, their_status]
        with Path(os.devnull).open("wb") as nothing:
            log = nothing.fileno() if errors == subprocess.DEVNULL else errors
            try:
                socket.send_fds(self._socket, [_START], [*theirs, log])
            finally:
                for descriptor in theirs:
                    os.close(descriptor)
        return LaunchedWorker(self._socket, os.fdopen(our_output, "wb"), os.fdopen(our_input, "rb"), our_status)


class LaunchedWorker:
    """A worker that the launcher started."""

    def __init__(self, launcher: socket.socket, stdin: IO[bytes], stdout: IO[bytes], status: int) -> None:
        self._launcher, self._status = launcher, status
        self.stdin, self.stdout = stdin, stdout
        self._ended: int | None = None
        self._reading = threading.Lock()
        self.pid = self._read(None) or -1

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        with self._reading:
            if self._ended is None:
                self._ended = self._read(0.0)
            return self._ended

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises ``subprocess.TimeoutExpired``."""
        with self._reading:
            if self._ended is None:
                self._ended = self._read(timeout)
            if self._ended is None:
                raise subprocess.TimeoutExpired(COMMAND, timeout or 0.0)
            return self._ended

    def kill(self) -> None:
        """End it by force."""
        self._launcher.send(_KILL + _STATUS.pack(self.pid))

    def _read(self, timeout: float | None) -> int | None:
        """The next number that the launcher says; a launcher that is gone says that the worker was killed."""
        poll = select.poll()
        poll.register(self._status, select.POLLIN)
        if not poll.poll(None if timeout is None else timeout * 1000):
            return None
        said = os.read(self._status, _STATUS.size)
        return _STATUS.unpack(said)[0] if len(said) == _STATUS.size else -9


# The launcher's side


def _serve(commands: socket.socket, environment: dict[str, str]) -> None:
    """Do what is asked until nobody can ask any more; never returns."""
    status = 1
    try:
        os.setsid()
        os.chdir("/")
        # The terminal is the interface's alone; a line that is cut must not be held open from here.
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        workers: dict[int, subprocess.Popen[bytes]] = {}
        with tempfile.TemporaryDirectory(prefix="dl-tutor-") as folder:
            own = {**environment, **ENVIRONMENT, "TMPDIR": folder, "KERAS_HOME": folder}
            while True:
                request, descriptors, _, _ = socket.recv_fds(commands, 64, 4)
                if not request:
                    break
                if request == _START and len(descriptors) == 4:
                    # Where it cannot be started its pipes close, which says so.
                    with contextlib.suppress(OSError):
                        worker = _start(descriptors, own)
                        workers[worker.pid] = worker
                elif request.startswith(_KILL):
                    (pid,) = _STATUS.unpack(request[len(_KILL) :])
                    if pid in workers:
                        workers[pid].kill()
                for descriptor in descriptors:
                    os.close(descriptor)
            # Their pipes are closed with the interface, so they end by themselves; then the folder can go.
            for worker in workers.values():
                try:
                    worker.wait(2)
                except subprocess.TimeoutExpired:
                    worker.kill()
                    worker.wait()
        status = 0
    finally:
        os._exit(status)


def _start(descriptors: list[int], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    stdin, stdout, status, errors = descriptors
    said = os.dup(status)
    worker = subprocess.Popen(
        COMMAND, stdin=stdin, stdout=stdout, stderr=errors, env=dict(environment), start_new_session=True
    )
    os.write(said, _STATUS.pack(worker.pid))

    def tell_the_end() -> None:
        ended = worker.wait()
        # The interface may have left.
        with contextlib.suppress(OSError):
            os.write(said, _STATUS.pack(ended))
        os.close(said)

    threading.Thread(target=tell_the_end, daemon=True).start()
    return worker
