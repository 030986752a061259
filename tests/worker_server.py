"""Starts training workers in forks of a process that has TensorFlow loaded. Run by ``forked_worker.py``.

For the first worker it imports what a worker may need, which takes seconds; after that a worker takes milliseconds. It
runs no operation of TensorFlow, so there is no thread yet that a fork would lose. A process in between waits for each
worker and sends its exit status. It ends when its standard input does, which its starter holds open.
"""

from __future__ import annotations

import gc
import io
import json
import os
import select
import signal
import socket
import struct
import sys
import tempfile
from typing import Any, NoReturn


def become_worker(asked: dict[str, Any], streams: list[int]) -> NoReturn:
    """Take on what a process has from its start, and work until the end."""
    from tutor.training.worker import service

    os.setsid()
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    os.closerange(3, 256)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    tempfile.tempdir = None
    sys.stdin = io.TextIOWrapper(open(0, "rb", closefd=False))  # noqa: SIM115
    sys.stdout = io.TextIOWrapper(open(1, "wb", closefd=False))  # noqa: SIM115
    sys.stderr = io.TextIOWrapper(open(2, "wb", closefd=False), line_buffering=True)  # noqa: SIM115
    status = 1
    try:
        service.main()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def watch(connection: socket.socket) -> NoReturn:
    """Start a worker, tell its process ID, and when it has ended its exit status."""
    text, streams, *_ = socket.recv_fds(connection, 1 << 20, 3)
    worker = os.fork()
    if worker == 0:
        become_worker(json.loads(text), list(streams))
    # Its own ends would keep the pipes of the worker open.
    for descriptor in (0, *streams):
        os.close(descriptor)
    connection.send(struct.pack("!q", worker))
    _, status = os.waitpid(worker, 0)
    # Who asked may be gone.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        connection.send(struct.pack("!q", os.waitstatus_to_exitcode(status)))
    finally:
        os._exit(0)


def main() -> None:
    """Fork for each connection."""
    asks = socket.socket(fileno=int(sys.argv[1]))
    imported = False
    while asks in select.select([asks, sys.stdin], [], [])[0]:
        connection, _ = asks.accept()
        if not imported:
            import tutor.backends.keras_backend
            import tutor.training.worker.service  # noqa: F401

            imported = True
            gc.collect()
            gc.freeze()
        if os.fork() == 0:
            asks.close()
            watch(connection)
        connection.close()
        reap()
    reap()


def reap() -> None:
    """Take note of those that have ended, so that what they took counts as taken by the tests."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    main()
