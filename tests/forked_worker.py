"""Training workers in forks of one process that has TensorFlow loaded, for all processes of a test run.

A true start imports TensorFlow, some seconds of a core each time. Tests of the start itself are marked ``true_worker``.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tutor.training.worker.launcher import ENVIRONMENT, StartedWorker
from tutor.training.worker.process import start_directly

SERVER = "DL_TUTOR_TEST_WORKER_SERVER"
"""The environment variable with the server's address."""
WANTED = "DL_TUTOR_TEST_FORKED_WORKERS"
"""Set where a test of this run needs TensorFlow; otherwise it is not worth its import."""
_ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
_AT_IMPORT = ("PYTHON", "TF_", "KERAS", "LC_", "LANG")
_own = {name: value for name, value in os.environ.items() if name.startswith(_AT_IMPORT)}


class WorkerServer:
    """The server, of which there is one for a test run; it costs next to nothing until the first worker."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="dl-tutor-test-")
        address = os.environ[SERVER] = str(Path(self._folder, "workers"))
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asks:
            asks.bind(address)
            asks.listen(64)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.worker_server", str(asks.fileno())], pass_fds=[asks.fileno()],
                cwd=Path(__file__).parent.parent, env={**os.environ, **ENVIRONMENT, **_ONE_THREAD},
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        os.environ.pop(SERVER, None)
        shutil.rmtree(self._folder, ignore_errors=True)


def start(errors: int) -> StartedWorker:
    """A ``WorkerStarter``: in a fork, if that is what a true start would be."""
    now = {name: value for name, value in os.environ.items() if name.startswith(_AT_IMPORT)}
    if WANTED not in os.environ or SERVER not in os.environ or now != _own:
        return start_directly(errors)
    return ForkedWorker(errors)


class ForkedWorker:
    """A worker in a fork, with as much of ``subprocess.Popen`` as a ``StartedWorker`` has."""

    def __init__(self, errors: int) -> None:
        reads, writes = os.pipe()
        answers, theirs = os.pipe()
        nowhere = os.open(os.devnull, os.O_RDWR)
        self.stdin, self.stdout = os.fdopen(writes, "wb"), os.fdopen(answers, "rb")
        asked = {"folder": str(Path.cwd()), "environment": {**os.environ, **ENVIRONMENT}}
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            self._server.connect(os.environ[SERVER])
            streams = [reads, theirs, nowhere if errors == subprocess.DEVNULL else errors]
            socket.send_fds(self._server, [json.dumps(asked).encode()], streams)
        finally:
            for descriptor in (reads, theirs, nowhere):
                os.close(descriptor)
        self.pid = self._number()
        self._status: int | None = None
        self._waiting = threading.Lock()

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        try:
            return self.wait(0.0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises ``subprocess.TimeoutExpired``."""
        if not self._waiting.acquire(timeout=-1 if timeout is None else timeout):
            raise subprocess.TimeoutExpired("a forked worker", timeout or 0.0)
        try:
            if self._status is None:
                if not select.select([self._server], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired("a forked worker", timeout or 0.0)
                self._status = self._number()
                self._server.close()
            return self._status
        finally:
            self._waiting.release()

    def kill(self) -> None:
        """End it by force."""
        if self._status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _number(self) -> int:
        came = self._server.recv(8)
        assert came, "the server of workers ended"
        number: int = struct.unpack("!q", came)[0]
        return number
