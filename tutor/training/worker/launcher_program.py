"""The launcher's side of ``worker_launcher``: a program of its own, run by its path.

Each session of a class keeps one for as long as it lasts, so it imports nothing that costs memory: of sockets what is
written in C, and nothing of dl-tutor's. What it has been given are the descriptor of a socket and the words of the one
command that it starts; its environment is the command's.
"""

from __future__ import annotations

import _socket
import _thread
import os
import sys
import time

START, KILL = b"start", b"kill"
NUMBER_BYTES = 4
"""Of a process's number or its exit status, signed, as they are told and asked."""
_DESCRIPTORS = 4
_LONGEST_REQUEST = 64
# As every Unix has them: the module that names them would be as large as the rest of this program.
_SIGKILL, _SIGPIPE = 9, 13
# A worker whose pipes are closed has so many seconds to end by itself.
_ENDS_WITHIN = 2.0


class Launcher:
    """Starts workers, and says how each of them ended."""

    def __init__(self, commands: _socket.socket, worker: list[str]) -> None:
        self._commands, self._worker = commands, worker
        self._running: set[int] = set()
        self._folder = ""

    def serve(self) -> None:
        """Do what is asked until nobody can ask any more, and end what was started."""
        while True:
            request, descriptors = self._receive()
            if not request:
                break
            if request == START and len(descriptors) == _DESCRIPTORS:
                # Where it cannot be started its pipes close, which says so.
                try:  # noqa: SIM105 (contextlib is not small)
                    self._start(*descriptors)
                except OSError:
                    pass
            elif request.startswith(KILL):
                self._kill(from_bytes(request[len(KILL) :]))
            for descriptor in descriptors:
                os.close(descriptor)
        # Their pipes are closed with the interface, so they end by themselves; then the folder can go.
        end = time.monotonic() + _ENDS_WITHIN
        while self._running:
            if time.monotonic() > end:
                for pid in tuple(self._running):
                    self._kill(pid)
            time.sleep(0.01)
        if self._folder:
            from shutil import rmtree

            rmtree(self._folder, ignore_errors=True)

    def _receive(self) -> tuple[bytes, list[int]]:
        request, given, _, _ = self._commands.recvmsg(_LONGEST_REQUEST, _socket.CMSG_LEN(_DESCRIPTORS * NUMBER_BYTES))
        wanted = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS)
        numbers = b"".join(data for level, kind, data in given if (level, kind) == wanted)
        descriptors = [from_bytes(numbers[at : at + NUMBER_BYTES]) for at in range(0, len(numbers), NUMBER_BYTES)]
        for descriptor in descriptors:
            # Another worker's pipes must not be held open by this one's.
            os.set_inheritable(descriptor, False)
        return request, descriptors

    def _start(self, stdin: int, stdout: int, status: int, errors: int) -> None:
        if not self._folder:
            from tempfile import mkdtemp

            self._folder = mkdtemp(prefix="dl-tutor-")
        said = os.dup(status)
        pid = os.posix_spawn(
            self._worker[0], self._worker, {**os.environ, "TMPDIR": self._folder, "KERAS_HOME": self._folder},
            file_actions=[(os.POSIX_SPAWN_DUP2, mine, its) for its, mine in enumerate((stdin, stdout, errors))],
            setsid=True, setsigdef=[_SIGPIPE],
        )  # fmt: skip
        self._running.add(pid)
        os.write(said, to_bytes(pid))
        _thread.start_new_thread(self._tell_the_end, (pid, said))

    def _tell_the_end(self, pid: int, said: int) -> None:
        # It keeps its number until it is waited for: nobody else is killed by it.
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        self._running.discard(pid)
        _, status = os.waitpid(pid, 0)
        # The interface may have left.
        try:  # noqa: SIM105
            os.write(said, to_bytes(os.waitstatus_to_exitcode(status)))
        except OSError:
            pass
        os.close(said)

    def _kill(self, pid: int) -> None:
        if pid in self._running:
            os.kill(pid, _SIGKILL)


def to_bytes(number: int) -> bytes:
    """A number as it is told."""
    return number.to_bytes(NUMBER_BYTES, sys.byteorder, signed=True)


def from_bytes(data: bytes) -> int:
    """A number that was told."""
    return int.from_bytes(data, sys.byteorder, signed=True)


def main() -> None:
    """Serve the interface that started this."""
    given, *worker = sys.argv[1:]
    descriptor = int(given)
    os.set_inheritable(descriptor, False)
    # Whatever else was open where the interface came from is not for workers.
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
    os.setsid()
    os.chdir("/")
    Launcher(_socket.socket(fileno=descriptor), worker).serve()


if __name__ == "__main__":
    main()
