"""The processes of each SSH session on a class machine, and their processor time and memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.line import megabytes
from tests.e2e.ssh_class import ClassMachine


@dataclass(frozen=True)
class Session:
    """One login: the processes of sshd with its shell, the interface, and the processes that the interface started.

    Where the interface is a fork of the server of warm sessions, its client is one of the latter.
    """

    line: tuple[int, ...]
    interface: int
    helpers: tuple[int, ...]

    def processor_seconds(self) -> float:
        """The processor time of all of them so far."""
        return sum(map(_processor_seconds, (*self.line, self.interface, *self.helpers)))

    def megabytes(self) -> float:
        """Memory (PSS) of dl-tutor's processes."""
        return megabytes(self.interface) + self.helpers_megabytes()

    def helpers_megabytes(self) -> float:
        """The part of it in processes that the interface started."""
        return sum(map(megabytes, self.helpers))

    def line_megabytes(self) -> float:
        """Memory (PSS) of sshd's processes."""
        return sum(map(megabytes, self.line))


def sessions_of(machine: ClassMachine) -> list[Session]:
    """The sessions on the machine, each of an account of its own."""
    under = _by_parent()

    def tree(pid: int) -> list[int]:
        return [pid, *(further for child in under.get(pid, []) for further in tree(child))]

    tutors = set(machine.processes())
    started = {child for pid in tutors for child in under.get(pid, [])}
    logins = [tree(login) for login in under.get(machine.pid, []) if _name(login).startswith("sshd")]
    found = []
    for interface in sorted(tutors - started):
        own, *helpers = tree(interface)
        user = Path(f"/proc/{interface}").stat().st_uid
        (login,) = (pids for pids in logins if user in {Path(f"/proc/{pid}").stat().st_uid for pid in pids} - {0})
        clients = [] if interface in login else [pid for pid in login if _is_client(pid)]
        line = tuple(pid for pid in login if pid not in (own, *helpers, *clients))
        found.append(Session(line, own, (*helpers, *clients)))
    return found


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text()


def _is_client(pid: int) -> bool:
    return b"dl-tutor-client" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _processor_seconds(pid: int) -> float:
    """The processor time of the process's threads in nanoseconds, because idle threads use less than a tick."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _by_parent() -> dict[int, list[int]]:
    """The processes that each process has started."""
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found.setdefault(parent, []).append(int(stat.parent.name))
    return found
