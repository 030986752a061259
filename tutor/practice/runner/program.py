"""The process that forks for each check: ``python -m tutor.practice.runner.program``. ``client`` starts it.

It has NumPy loaded, so that a check need not load it, and runs nothing of a learner's itself. It reads requests from
standard input and writes answers to standard output, each after its length. It has one fork at a time, and ends with
its input, or when nothing is asked for long.

With ``--never-unprotected`` it serves a restricted session. It is not restricted itself, so it believes nothing that it
is asked (``request``): whatever comes, a fork restricts itself before it compiles anything.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from typing import IO

from tutor.practice.runner import child
from tutor.practice.runner.frames import IDLE_EXIT, read_frame, write_frame
from tutor.practice.runner.request import Request, RequestRefused, read_request
from tutor.practice.runner.values import MOST_BYTES, to_bytes
from tutor.sandbox.system_calls import PR_SET_PDEATHSIG, is_known, process_control

NEVER_UNPROTECTED = "--never-unprotected"
GRACE_SECONDS = 1.5
"""How long a fork may take beyond its own limit before it is ended from outside."""
IDLE_SECONDS = 300.0
"""It ends, and frees its memory, when nothing has been asked for so long; the next check starts another."""
IDLE_VARIABLE = "DL_TUTOR_RUNNER_IDLE"
"""The environment variable that overrides them."""
REFUSED_EXIT = 2
# Its niceness relative to the interface, on a class machine.
_BEHIND_THE_INTERFACE = 10


def check(asked: Request, asker: int) -> bytes:
    """Fork, wait, and return the answer's bytes. ``asker`` is the descriptor whose end makes the answer useless."""
    reads, writes = os.pipe()
    own, pid = os.getpid(), os.fork()
    if pid == 0:
        # If this process is ended by force, its fork ends too; the filter keeps the code from changing that.
        if is_known():
            process_control(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != own:
            os._exit(1)
        os.setsid()
        os.close(reads)
        child.run(asked, writes)
    os.close(writes)
    data, ended = _read(reads, asker, time.monotonic() + asked.seconds + GRACE_SECONDS)
    os.close(reads)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not ended:
        return to_bytes({"ended": "time", "line": None, "printed": ""})
    if not data:
        code = os.waitstatus_to_exitcode(status)
        return to_bytes({"ended": "killed" if code < 0 else "left", "status": code})
    return data


def _read(descriptor: int, asker: int, until: float) -> tuple[bytes, bool]:
    """All that comes, and whether it came to its end in time and is not too much."""
    parts: list[bytes] = []
    size = 0
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    # No event is asked for: only that the other side has closed it is told.
    poll.register(asker, 0)
    while (left := until - time.monotonic()) > 0:
        ready = dict(poll.poll(1000 * left))
        if asker in ready or not ready:
            break
        part = os.read(descriptor, 1 << 16)
        if not part:
            return b"".join(parts), True
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            return to_bytes({"ended": "too large"}), True
    return b"", False


def serve(requests: IO[bytes], answers: IO[bytes], never_unprotected: bool, idle_seconds: float) -> int:
    """Check what is asked until the requests end, or none comes for long; return the exit status."""
    while select.select([requests], [], [], idle_seconds)[0]:
        data = read_frame(requests)
        if data is None:
            return 0
        try:
            asked = read_request(data, never_unprotected)
        except RequestRefused:
            return REFUSED_EXIT
        del data
        write_frame(answers, check(asked, requests.fileno()))
    return IDLE_EXIT


def main() -> int:
    """Serve who started this."""
    # Ctrl-C in the terminal goes to the interface, which then decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if never_unprotected := NEVER_UNPROTECTED in sys.argv[1:]:
        os.nice(_BEHIND_THE_INTERFACE)
    idle_seconds = float(os.environ.get(IDLE_VARIABLE, IDLE_SECONDS))
    with contextlib.suppress(BrokenPipeError):
        # Without a buffer: a request in it would not be seen by who waits for the descriptor.
        return serve(os.fdopen(0, "rb", 0, closefd=False), sys.stdout.buffer, never_unprotected, idle_seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
