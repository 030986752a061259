"""The process that forks for each check: ``python -m tutor.practice.runner.program``. ``client`` starts it.

It has NumPy loaded, so that a check need not load it, and runs nothing of a learner's itself. It reads requests from
standard input and writes answers to standard output, each after its length.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from typing import Any, BinaryIO

from tutor.practice.runner import child
from tutor.practice.runner.frames import read_frame, write_frame
from tutor.practice.runner.values import MOST_BYTES, from_bytes, to_bytes
from tutor.sandbox.system_calls import is_known, process_control

GRACE_SECONDS = 1.5
"""How long a fork may take beyond its own limit before it is ended from outside."""
_PR_SET_PDEATHSIG = 1


def check(asked: dict[str, Any]) -> bytes:
    """Fork, wait, and return the answer's bytes."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid == 0:
        if is_known():
            process_control(_PR_SET_PDEATHSIG, signal.SIGKILL)
        os.setsid()
        os.close(reads)
        child.run(asked, writes)
    os.close(writes)
    data, ended = _read(reads, time.monotonic() + asked["seconds"] + GRACE_SECONDS)
    os.close(reads)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not ended:
        return to_bytes({"ended": "time", "line": None, "printed": ""})
    if not data:
        code = os.waitstatus_to_exitcode(status)
        return to_bytes({"ended": "killed" if code < 0 else "left", "status": code})
    return data


def _read(descriptor: int, until: float) -> tuple[bytes, bool]:
    """All that comes, and whether it came to its end in time and is not too much."""
    parts: list[bytes] = []
    size = 0
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while (left := until - time.monotonic()) > 0:
        if not poll.poll(1000 * left):
            break
        part = os.read(descriptor, 1 << 16)
        if not part:
            return b"".join(parts), True
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            return to_bytes({"ended": "too large"}), True
    return b"", False


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Check what is asked until the requests end."""
    while (data := read_frame(requests)) is not None:
        write_frame(answers, check(from_bytes(data)))


if __name__ == "__main__":
    # Ctrl-C in the terminal goes to the interface, which then decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
