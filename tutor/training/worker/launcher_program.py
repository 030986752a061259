"""The launcher process of ``launcher``: a separate program, run by its path.

Each session of a class has one as long as it lasts, so it imports nothing that takes much memory: only the C part of
sockets, and nothing of dl-tutor. Its arguments are the descriptor of a socket and the commands that it starts, each
after a ``SEPARATOR``; its environment is theirs.
"""

from __future__ import annotations

import _socket
import _thread
import os
import sys
import time

START, KILL = b"start", b"kill"
SEPARATOR = ","
NUMBER_BYTES = 4
"""The size of a process ID or an exit status in a message, signed."""
_DESCRIPTORS = 4
_LONGEST_REQUEST = 64
# A session needs one process of each kind, and for a moment the next one before the last has ended.
_MOST_RUNNING = 8
# The same on every Unix; importing ``signal`` would take as much memory as the rest of this program.
_SIGKILL, _SIGPIPE = 9, 13
# Seconds for a worker to end by itself after its pipes are closed.
_EXIT_TIMEOUT = 2.0


class Launcher:
    """Starts these programs and reports their exit status."""

    def __init__(self, requests: _socket.socket, programs: list[list[str]]) -> None:
        self._requests, self._programs = requests, programs
        self._running: set[int] = set()
        self._folder = ""

    def serve(self) -> None:
        """Serve requests until the interface is gone, then end all processes."""
        while True:
            request, descriptors = self._receive()
            if not request:
                break
            if request.startswith(START) and len(descriptors) == _DESCRIPTORS:
                # If it cannot be started, its pipes close, which tells the interface.
                try:  # noqa: SIM105 (contextlib is not small)
                    self._start(from_bytes(request[len(START) :]), *descriptors)
                except OSError:
                    pass
            elif request.startswith(KILL):
                self._kill(from_bytes(request[len(KILL) :]))
            for descriptor in descriptors:
                os.close(descriptor)
        # Their pipes closed with the interface, so they end by themselves; then the folder can be removed.
        end = time.monotonic() + _EXIT_TIMEOUT
        while self._running:
            if time.monotonic() > end:
                for pid in tuple(self._running):
                    self._kill(pid)
            time.sleep(0.01)
        if self._folder:
            from shutil import rmtree

            rmtree(self._folder, ignore_errors=True)

    def _receive(self) -> tuple[bytes, list[int]]:
        request, given, _, _ = self._requests.recvmsg(_LONGEST_REQUEST, _socket.CMSG_LEN(_DESCRIPTORS * NUMBER_BYTES))
        wanted = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS)
        numbers = b"".join(data for level, kind, data in given if (level, kind) == wanted)
        descriptors = [from_bytes(numbers[at : at + NUMBER_BYTES]) for at in range(0, len(numbers), NUMBER_BYTES)]
        for descriptor in descriptors:
            # A process must not keep another one's pipes open.
            os.set_inheritable(descriptor, False)
        return request, descriptors

    def _start(self, number: int, stdin: int, stdout: int, status: int, errors: int) -> None:
        if not 0 <= number < len(self._programs) or len(self._running) >= _MOST_RUNNING:
            return
        program = self._programs[number]
        if not self._folder:
            from tempfile import mkdtemp

            self._folder = mkdtemp(prefix="dl-tutor-")
        answers = os.dup(status)
        pid = os.posix_spawn(
            program[0], program, {**os.environ, "TMPDIR": self._folder, "KERAS_HOME": self._folder},
            file_actions=[(os.POSIX_SPAWN_DUP2, mine, its) for its, mine in enumerate((stdin, stdout, errors))],
            setsid=True, setsigdef=[_SIGPIPE],
        )  # fmt: skip
        self._running.add(pid)
        os.write(answers, to_bytes(pid))
        _thread.start_new_thread(self._report_exit, (pid, answers))

    def _report_exit(self, pid: int, answers: int) -> None:
        # The process ID stays reserved until waitpid, so ``_kill`` cannot hit another process.
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        self._running.discard(pid)
        _, status = os.waitpid(pid, 0)
        # The interface may be gone.
        try:  # noqa: SIM105
            os.write(answers, to_bytes(os.waitstatus_to_exitcode(status)))
        except OSError:
            pass
        os.close(answers)

    def _kill(self, pid: int) -> None:
        if pid in self._running:
            os.kill(pid, _SIGKILL)


def to_bytes(number: int) -> bytes:
    """Encode a number for a message."""
    return number.to_bytes(NUMBER_BYTES, sys.byteorder, signed=True)


def from_bytes(data: bytes) -> int:
    """Decode a number from a message."""
    return int.from_bytes(data, sys.byteorder, signed=True)


def main() -> None:
    """Serve the interface that started this."""
    descriptor, programs = int(sys.argv[1]), list[list[str]]()
    for word in sys.argv[2:]:
        if word == SEPARATOR:
            programs.append([])
        else:
            programs[-1].append(word)
    os.set_inheritable(descriptor, False)
    # Nothing that is started here may inherit other open descriptors of the interface.
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
    os.setsid()
    os.chdir("/")
    Launcher(_socket.socket(fileno=descriptor), programs).serve()


if __name__ == "__main__":
    main()
