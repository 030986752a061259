"""The server of warm sessions: it listens, forks one process for each client, and reports how each ended.

It reads nothing from a client. The kernel says who it is, and its message is read in the fork, once that is theirs.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tutor.commands.class_machine.serving.peer import Peer, Refused, become, peer_of
from tutor.commands.class_machine.warm_start import new_socket
from tutor.standard_streams import print_error

MOST_OF_AN_ACCOUNT = 8
"""Sessions of one account at a time; who has more gets them from an executable each."""
MOST = 500
_WAITING = 256
"""Connections that the kernel keeps until they are accepted."""
REFUSED = 77  # EX_NOPERM of sysexits.h


@dataclass
class _Sessions:
    """The running sessions: process, account, and the line to the client."""

    running: dict[int, tuple[int, socket.socket]] = field(default_factory=dict)
    of: Counter[int] = field(default_factory=Counter)

    def add(self, pid: int, uid: int, line: socket.socket) -> None:
        """One more."""
        self.running[pid] = uid, line
        self.of[uid] += 1

    def collect_ended(self) -> None:
        """Send the exit status of each that has ended to its client, 128 and the number for a signal."""
        while self.running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            uid, line = self.running.pop(pid)
            self.of[uid] -= 1
            code = os.waitstatus_to_exitcode(status)
            # A line of text, each character a message: a shell reads it so.
            with line, contextlib.suppress(OSError):
                for character in f"{code if code >= 0 else 128 - code}\n":
                    line.send(character.encode(), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)

    def close(self) -> None:
        """In a fork: let go of the lines of the others."""
        for _, line in self.running.values():
            line.close()


def serve(
    listening: socket.socket, group: str, most_of_an_account: int = MOST_OF_AN_ACCOUNT, most: int = MOST
) -> socket.socket | None:
    """Fork a process for each connection, until SIGTERM: returns None then, and in each fork the line to its client.

    The fork is the client's user by then. A client over a limit, or one that is refused, finds its line closed, or an
    exit status on it. Sessions go on when the server ends. No thread may run in this process.
    """
    sessions = _Sessions()
    with _woken_by_signals() as (stopped, wakes):
        while not stopped():
            sessions.collect_ended()
            ready, _, _ = select.select([listening, wakes], [], [])
            if wakes in ready:
                wakes.recv(4096)
            if listening not in ready:
                continue
            try:
                line, _ = listening.accept()
            except OSError:
                continue  # The client has gone.
            peer = peer_of(line)
            if len(sessions.running) >= most or sessions.of[peer.uid] >= most_of_an_account:
                line.close()
                continue
            try:
                pid = os.fork()
            except OSError as error:
                print_error(f"no process for a session: {error.strerror}")
                line.close()
                continue
            if not pid:
                break
            sessions.add(pid, peer.uid, line)
        else:
            return None
    listening.close()
    sessions.close()
    _change_into(peer, group)
    return line


def _change_into(peer: Peer, group: str) -> None:
    os.setsid()
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        become(peer, group)
    except Refused as error:
        print_error(str(error))
        os._exit(REFUSED)


@contextlib.contextmanager
def listening_at(path: Path, group: int) -> Iterator[socket.socket]:
    """A socket at ``path`` that only root and ``group`` can open; it takes the place of an older one at once."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        new = new_socket(path, os.getpid())
        new.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            listening.bind(str(new))
        finally:
            os.umask(before)
        os.chown(new, 0, group)
        new.chmod(0o660)
        listening.listen(_WAITING)
        new.rename(path)
        yield listening


@contextlib.contextmanager
def _woken_by_signals() -> Iterator[tuple[Callable[[], bool], socket.socket]]:
    """Whether SIGTERM or SIGINT came, and a socket with a byte for each signal, a session's end among them."""
    came: list[int] = []
    wakes, woken = socket.socketpair()
    with wakes, woken:
        woken.setblocking(False)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda got, _: came.append(got))
        try:
            yield lambda: bool(came), wakes
        finally:
            signal.set_wakeup_fd(-1)
