"""Restrict this process for good, and say how far the kernel of this machine goes along."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tutor.sandbox import landlock, seccomp
from tutor.sandbox.places import WRITABLE_DEVICES, readable_places
from tutor.sandbox.system_calls import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, is_known, process_control


@dataclass(frozen=True)
class Level:
    """What the kernel refuses. ``landlock``: the version of Landlock, 0 for none; ``seccomp``: whether it filters."""

    landlock: int
    seccomp: bool

    @property
    def whole(self) -> bool:
        """Whether no way to a shell, to other files or to the network is left that the kernel would not refuse."""
        return self.landlock > 0 and self.seccomp

    def __str__(self) -> str:
        files = f"files (Landlock {self.landlock})" if self.landlock else ""
        calls = "programs, sockets and other processes (seccomp)" if self.seccomp else ""
        refused = " and ".join(part for part in (files, calls) if part)
        return f"the kernel refuses {refused}" if refused else "the kernel refuses nothing"


def reachable_level() -> Level:
    """What ``restrict`` would reach on this machine, found out without restricting anything."""
    filters = False
    if is_known():
        with suppress(OSError):
            filters = "Seccomp:" in Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return Level(landlock.abi(), filters)


def restrict(writable: Iterable[Path], readable: Iterable[Path] = ()) -> Level:
    """Let this process start no program, reach no other process and no network, and open only what it needs.

    ``writable`` are the folders that it writes to; ``readable`` more that it reads. Call it before the first thread is
    started. What the kernel does not have is left out: the level says what was reached.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not is_known():
        return Level(0, False)
    version, filters = 0, False
    with suppress(OSError):
        process_control(PR_SET_DUMPABLE, 0)
    with suppress(OSError):
        process_control(PR_SET_NO_NEW_PRIVS, 1)
        with suppress(OSError):
            version = landlock.restrict((*readable_places(), *readable), (*WRITABLE_DEVICES, *writable))
        seccomp.restrict()
        filters = True
    return Level(version, filters)
